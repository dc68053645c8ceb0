"""The file names of answers: made of those of the uploads, safe on every system, told as RFC 6266 says."""

import re
from unicodedata import category, normalize
from urllib.parse import quote

MOST_BYTES = 120
"""Of a name in UTF-8, without what is put behind it: some file systems hold 143."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_PORTS = {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"}
_DEVICES = {"CON", "CONIN$", "CONOUT$", "PRN", "AUX", "NUL"} | _PORTS
"""What Windows takes for a device, whatever its extension."""


def stem(sent: str, ending: str = "") -> str:
    """The file name, without extension, of what was made of a file that the caller calls ``sent``.

    ``stem("C:\\\\photo.jpg", "-clean")`` is ``photo-clean``. Folders, control characters and marks that turn the
    direction of text are left out, and what a system keeps for itself is replaced. No name becomes ``image``.
    """
    name = re.split(r"[/\\]", sent)[-1].strip(" .")
    return _safe(name.rpartition(".")[0] or name) + ending


def disposition(stem: str, media_type: str) -> dict[str, str]:
    """The header that names an answer: a browser shows images, and saves all else."""
    kind, _, subtype = media_type.partition("/")
    shown = kind == "image"
    extension = {"jpeg": "jpg"}.get(subtype, subtype) if shown else "hgls"
    plain = _safe(normalize("NFKD", stem).encode("ascii", "ignore").decode().replace("%", "_"))
    value = f'{"inline" if shown else "attachment"}; filename="{plain}.{extension}"'
    if plain != stem:
        value += f"; filename*=UTF-8''{quote(stem, safe='')}.{extension}"
    return {"Content-Disposition": value}


def _safe(name: str) -> str:
    visible = "".join(" " if category(each) == "Zs" else each for each in name if category(each)[0] != "C")
    written = " ".join(_FORBIDDEN.sub("_", normalize("NFC", visible)).split())
    short = written.encode()[:MOST_BYTES].decode(errors="ignore").lstrip(" .-~").rstrip(" .")
    return f"_{short}" if short.partition(".")[0].rstrip().upper() in _DEVICES else short or "image"

"""The fonts of the machine, those to train on and those held out."""

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random

from PIL import ImageFont

from training.errors import TrainingError
from training.graphics.lettering.words import SCRIPTS

FOLDER = Path("/usr/share/fonts")
PACKAGES = (
    "fonts-3270 fonts-anonymous-pro fonts-cabin fonts-cantarell fonts-comfortaa fonts-courier-prime fonts-croscore "
    "fonts-crosextra-caladea fonts-crosextra-carlito fonts-dancingscript fonts-dejavu-core fonts-dejavu-extra "
    "fonts-droid-fallback fonts-ebgaramond fonts-firacode fonts-freefont-ttf fonts-gfs-didot fonts-hack "
    "fonts-inconsolata fonts-inter fonts-jetbrains-mono fonts-junicode fonts-jura fonts-lato fonts-liberation "
    "fonts-linuxlibertine fonts-lobster fonts-mononoki fonts-noto-core fonts-noto-mono fonts-open-sans fonts-play "
    "fonts-proggy fonts-quicksand fonts-roboto-unhinted fonts-sil-gentium fonts-terminus-otb fonts-urw-base35 "
    "fonts-vollkorn"
)
"""Debian's packages of the fonts; the images of a seed are the same only where all are installed."""
FEWEST = 12
HELD_OUT_OF = 4
RELATIVES = {  # drawn after one another, so they are held out together
    **dict.fromkeys(("Arimo", "Cousine", "Tinos"), "Liberation"),
    **dict.fromkeys(("C059", "D050000L", "FreeMono", "FreeSans", "FreeSerif", "P052", "URW", "Z003"), "Nimbus"),
    **dict.fromkeys(("Droid", "Open"), "Noto"),
    "Carlito": "Lato",
    "GentiumAlt": "Gentium",
    "Hack": "DejaVu",
    "TeX": "Nimbus",
}
_SYMBOLS = ("Initials", "Keyboard", "Math", "Music", "Symbols", "D050000L")
Font = ImageFont.FreeTypeFont


class FontError(TrainingError):
    """There are too few fonts."""


@dataclass(frozen=True)
class Face:
    """A font file, and what it can write."""

    path: Path
    family: str
    style: str
    mono: bool
    scripts: tuple[str, ...]

    @property
    def plain(self) -> bool:
        """Whether it is neither bold nor slanted."""
        return not any(mark in self.style.lower() for mark in _MARKED)

    @property
    def held_out(self) -> bool:
        """Whether the family's design, which relatives share, is kept from training."""
        first = self.family.split()[0]
        return sha256(RELATIVES.get(first, first).encode()).digest()[0] % HELD_OUT_OF == 0


class Fonts:
    """Either the fonts to train on or the held-out ones. Each family is as likely as any other.

    Raises FontError, naming Debian's packages, where there are fewer than 12 families.
    """

    def __init__(self, held_out: bool = False) -> None:
        found = find_faces(FOLDER)
        if len({face.family for face in found}) < FEWEST:
            raise FontError(
                f"{FOLDER} has too few fonts; on Debian: apt-get install --no-install-recommends {PACKAGES}"
            )
        self.faces = [face for face in found if face.held_out == held_out]

    def pick(self, random: Random, size: float, mono: bool = False, script: str = "latin", plain: bool = False) -> Font:
        """A font of about ``size`` pixels; ``mono``: all letters as wide; ``plain``: neither bold nor italic."""
        able = [face for face in self.faces if script in face.scripts]
        monos = (True,) if mono else random.choices(((False,), (False, True)), (3, 1))[0]
        fitting = [face for face in able if face.mono in monos and (face.plain or not plain)] or able
        families = sorted({face.family for face in fitting})
        family = random.choice(families)
        face = random.choice([face for face in fitting if face.family == family])
        return open_font(face.path, max(5, round(size)), script not in _SIMPLE)

    def scripts(self) -> list[str]:
        """Those that at least one font has."""
        return [script for script in SCRIPTS if any(script in face.scripts for face in self.faces)]


_MARKED = ("bold", "italic", "oblique", "black", "heavy")
_SIMPLE = ("latin", "greek", "cyrillic", "han", "kana")


@cache
def find_faces(folder: Path) -> tuple[Face, ...]:
    """All fonts below ``folder`` with the letters of any of the scripts, in order."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf", ".otb"))
    return tuple(face for face in map(_examine, paths) if face and face.scripts)


@lru_cache(maxsize=512)
def open_font(path: Path, size: int, shaped: bool = False) -> Font:
    """At ``size``, or at the nearest that a font of bitmaps has. ``shaped``: letters depend on their neighbours."""
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    for near in sorted(range(6, 40), key=lambda other: abs(other - size)) if path.suffix == ".otb" else [size]:
        try:
            return ImageFont.truetype(path, near, layout_engine=engine)
        except OSError:
            continue
    raise FontError(f"{path} cannot be opened")


def _examine(path: Path) -> Face | None:
    try:
        font = open_font(path, 64)
    except (FontError, OSError):
        return None
    family, style = font.getname()
    if not family or any(symbol in family for symbol in _SYMBOLS):
        return None
    missing = bytes(font.getmask("\U0010fffd"))
    scripts = tuple(
        name for name, (_, _, letter) in SCRIPTS.items() if bytes(font.getmask(letter)) not in (missing, b"")
    )
    narrow, wide = font.getlength("i"), font.getlength("M")
    return Face(
        path, family, style or "", "latin" in scripts and wide - narrow < 0.03 * wide, scripts
    )  # hinting moves edges by a pixel

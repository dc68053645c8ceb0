"""XMP and EXIF in the text chunks of a PNG, where programs put them; what else stands there is dropped."""

import re
import zlib

from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.metadata import MAX_BYTES

TEXT = {b"tEXt", b"zTXt", b"iTXt"}

MOST_TEXT = 2 * MAX_BYTES + 4096
"""Of a text chunk that is looked into: metadata in hexadecimal takes two characters a byte, and line ends."""


def tell(contents: Contents, kind: bytes, content: bytes, sound: bool) -> None:
    """XMP and EXIF where programs put them into text; what else stands there is dropped."""
    key, _, rest = content.partition(b"\0")
    name = {b"XML:com.adobe.xmp": "XMP", b"Raw profile type xmp": "XMP"}.get(key)
    name = name or ("EXIF" if key in {b"Raw profile type exif", b"Raw profile type APP1"} else "text")
    whole = sound and len(content) <= MOST_TEXT
    value = _value(kind, rest) if whole and name != "text" else None
    if value is not None and key.startswith(b"Raw"):
        value = _raw(value)
    if not value:
        contents.drop(name)
    elif name == "XMP" or value.startswith(b"http"):
        contents.xmp = value.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
    elif contents.exif is None:
        contents.exif = value.removeprefix(b"Exif\0\0")


def _value(kind: bytes, rest: bytes) -> bytes | None:
    """The text of a chunk, after its key."""
    if kind == b"tEXt":
        return rest
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        parts = rest[2:].split(b"\0", 2)
        packed, rest = rest[:1] == b"\1", rest[1:2] + (parts[2] if len(parts) == 3 else b"")
    if rest[:1] != b"\0":
        return None
    return inflate(rest[1:], MOST_TEXT) if packed else rest[1:]


def _raw(text: bytes) -> bytes | None:
    """What ImageMagick's "raw profile" holds: a name, a length, and the bytes in hexadecimal."""
    match = re.match(rb"\s*[^\n]+\n\s*(\d{1,9})\n([0-9A-Fa-f\s]*)", text)
    if match is None:
        return None
    digits = re.sub(rb"\s", b"", match[2])[: 2 * int(match[1])]
    return bytes.fromhex(digits.decode()) if len(digits) == 2 * int(match[1]) else None


def inflate(data: bytes, most: int) -> bytes | None:
    """What zlib's bytes hold; None where they are damaged, or hold more than ``most`` bytes."""
    coder = zlib.decompressobj()
    try:
        inflated = coder.decompress(data, most + 1)
    except zlib.error:
        return None
    return inflated if coder.eof and len(inflated) <= most else None

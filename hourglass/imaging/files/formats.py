"""What a file is, by its bytes: a format that is taken, or what else is often sent, by name."""

import base64
import binascii
import re
from typing import Literal, get_args

from PIL import Image, features

try:
    from pi_heif import register_heif_opener
except ImportError:  # it comes with the extra "heic"
    pass
else:
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

Format = Literal["PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "JPEG2000", "HEIF"]

Image.init()  # loads the format plug-ins now, not in the first request

FORMATS: frozenset[Format] = frozenset(
    each
    for each in get_args(Format)
    if each in Image.OPEN
    and (each != "JPEG2000" or features.check("jpg_2000"))
    and (each != "AVIF" or features.check("avif"))
)
"""What can be read here, by Pillow's names: JPEG 2000 and AVIF if Pillow was built so, HEIF with the extra "heic"."""

SPOKEN: dict[str, str] = {"JPEG2000": "JPEG 2000", "HEIF": "HEIC", "WEBP": "WebP"}
"""What people call a format, where Pillow does not."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"BM", "BMP"),
    (b"HGLS", "a bitstream of /encode: send it to /decode"),
    (b"\x1f\x8b", "gzip: send the image as it is"),
    (b"\x28\xb5\x2f\xfd", "zstd: send the image as it is"),
    (b"PK\3\4", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"8BPS", "a Photoshop document"),
    (b"gimp xcf", "a GIMP document"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\0\0\1\0", "an icon (ICO)"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS ", "DDS"),
    (b"qoif", "QOI"),
    (b"SIMPLE  =", "FITS"),
    (b"\x1aE\xdf\xa3", "a video"),
)

_BRANDS: dict[bytes, str] = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "HEIF"),
}
"""What kind of picture an ISO file says it is (ISO/IEC 23008-12, AV1 Image File Format)."""

LOOKED_AT = 4096
"""Bytes at the beginning that text is told by."""


def named(data: bytes) -> str:
    """A ``Format`` for a file of it; else what to tell the sender that the bytes are, empty where that is not known."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _branded(data)
    return _text(data[:LOOKED_AT])


def spoken(data: bytes) -> str:
    """What people call a file like this; empty where that is not known."""
    name = named(data)
    return SPOKEN.get(name, name)


def _branded(data: bytes) -> str:
    end = min(int.from_bytes(data[:4]), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, end, 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "a video")


def _text(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"--") and b"content-disposition:" in text:
        return "a multipart form without its header: send Content-Type: multipart/form-data with the boundary"
    if re.match(rb"(<\?xml|<!--|<!doctype svg|<svg)", text) and b"<svg" in text:
        return "SVG"
    if re.match(rb"(<\?xml.*|<!--.*)?(<!doctype html|<html|<head|<body)", text, re.DOTALL):
        return "HTML"
    if text.startswith(b"data:") and b";base64," in text:
        return "a data URL: send the bytes that its base64 stands for"
    if text[:1] in {b"{", b"["} and text.isascii():
        return "JSON"
    return "base64 text: send the bytes that it stands for" if _base64(head) else ""


def _base64(head: bytes) -> bool:
    """Whether a file that is known begins so in base64, which may have line breaks, quotes, and URLs' - and _."""
    packed = re.sub(rb"[\s\"']", b"", head).translate(bytes.maketrans(b"-_", b"+/"))
    if not re.fullmatch(rb"[A-Za-z0-9+/]{16,}=*", packed):
        return False
    try:
        decoded = base64.b64decode(packed[: len(packed.rstrip(b"=")) // 4 * 4])
    except binascii.Error:
        return False
    known = named(decoded) if not decoded.isascii() else ""
    return (known != "" and known != "BMP") or decoded[:2] == b"BM"

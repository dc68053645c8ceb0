"""What bytes are, by name."""

import base64
import gzip

import pytest

from hourglass.imaging import FORMATS
from hourglass.imaging.files.formats import named
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, PICTURES

PNG = to_file(COLOURS)
BOX = b"\0\0\0\x18ftyp"
FORM = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\n' + PNG + b"\r\n--b--\r\n"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "JPEG2000"])
def test_formats_are_recognised(kind: str) -> None:
    assert named(to_file(COLOURS, kind)) == kind
    assert kind in FORMATS


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ((PICTURES / "photo.heic").read_bytes(), "HEIF"),
        (BOX + b"mif1\0\0\0\0mif1heic", "HEIF"),
        (BOX + b"mif1\0\0\0\0mif1avif", "AVIF"),
        (BOX + b"mp42\0\0\0\0mp42isom", "a video"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg/>', "SVG"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "HTML"),
        (b"<html><body><svg></svg></body></html>", "HTML"),
        (b"%PDF-1.7\n", "PDF"),
        (gzip.compress(PNG), "gzip"),
        (base64.b64encode(PNG), "base64"),
        (base64.encodebytes(PNG), "base64"),
        (b'"' + base64.urlsafe_b64encode(to_file(COLOURS, "JPEG")) + b'"', "base64"),
        (b"data:image/png;base64," + base64.b64encode(PNG), "data URL"),
        (FORM, "multipart form without its header"),
        (b"------WebKitFormBoundary" + FORM[3:], "multipart form without its header"),
        (b"HGLS\x12abcd", "send it to /decode"),
        (b'{"file": "x.png"}', "JSON"),
        (b"PK\3\4", "ZIP"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\0\0\1\0\1\0", "icon"),
    ],
)
def test_what_is_not_taken_is_called_by_its_name(data: bytes, name: str) -> None:
    assert name in named(data)


@pytest.mark.parametrize(
    "data", [b"", b"a", b"\0" * 100, b"plain text, as people write it", b"A" * 100, b"<", b"--", b"=="]
)
def test_what_nobody_knows_has_no_name(data: bytes) -> None:
    assert named(data) == ""

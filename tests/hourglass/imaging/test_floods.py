"""Files made to keep a decoder busy: small, valid as far as they go, and without end."""

import struct
import zlib

import pytest

from hourglass.errors import BadImage
from tests.conftest import to_file
from tests.hourglass.imaging.samples import GARMENT, png_chunk, read, with_chunks


def flooded(kind: str, piece: bytes, before: bytes) -> bytes:
    """An image file with a million ``piece``s ahead of the bytes ``before``."""
    file = to_file(GARMENT, kind)
    place = file.index(before)
    return file[:place] + piece * 1_000_000 + file[place:]


EMPTY_CHUNK = struct.pack(">I4sI", 0, b"prVt", zlib.crc32(b"prVt"))


@pytest.mark.parametrize(
    "file",
    [
        flooded("PNG", EMPTY_CHUNK, before=b"\0\0\2\5IDAT"),
        flooded("PNG", EMPTY_CHUNK, before=b"\0\0\0\0IEND"),
        flooded("JPEG", b"\xff\xfe\0\2", before=b"\xff\xe0"),
        flooded("GIF", b"\x21\xfe\1a\0", before=b","),
    ],
    ids=["chunks before the pixels", "chunks after the pixels", "comments of a JPEG", "comments of a GIF"],
)
def test_file_of_a_million_parts_is_refused(file: bytes) -> None:
    with pytest.raises(BadImage, match="too many parts"):
        read(file)


def test_jpeg_of_endless_scans_is_refused() -> None:
    file = to_file(GARMENT, "JPEG", progressive=True)
    assert read(file).width == 28
    scan = file[file.rindex(b"\xff\xda") : -2]
    with pytest.raises(BadImage, match="scans"):
        read(file[:-2] + 100 * scan + file[-2:])


def test_no_more_texts_than_a_hundred_are_looked_into() -> None:
    packed = png_chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(b"<x:xmpmeta/>"))
    file = to_file(GARMENT)
    assert read(with_chunks(file, *[packed] * 100)).dropped == ()
    assert read(with_chunks(file, *[packed] * 101)).dropped == ("XMP",)


def test_large_bmp_of_runs_is_refused() -> None:
    rows = b"\1\7" * (5 << 20)
    head = struct.pack("<2sIHHI", b"BM", 1078 + len(rows), 0, 0, 1078)
    head += struct.pack("<IiiHHIIiiII", 40, 900, 900, 1, 8, 1, len(rows), 0, 0, 256, 256)
    with pytest.raises(BadImage, match=r"runs take .* bytes"):
        read(head + bytes(1024) + rows)


def test_marker_after_a_million_fill_bytes_is_found() -> None:
    file = to_file(GARMENT, "JPEG")
    assert read(file[:2] + b"\xff" * 1_000_000 + file[2:]).pixels.shape == (28, 28, 1)

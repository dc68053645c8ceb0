"""Files made to keep a decoder busy: small, valid as far as they go, and without end."""

import struct
import zlib

import pytest

from hourglass.errors import BadImage
from hourglass.imaging import Picture, open_image, read_picture
from service.settings import Settings
from tests.conftest import read_fixture, to_file

GARMENT = read_fixture("fashion").images[0]


def read(data: bytes) -> Picture:
    return read_picture(open_image(data, Settings().formats, 1_000_000))


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

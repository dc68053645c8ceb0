"""Image files made for tests, and how they are read."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

from hourglass.imaging import FORMATS, Picture, open_image, read_picture
from tests.conftest import FIXTURES, read_fixture

ALL = FORMATS
MAX_PIXELS = 1_000_000
GARMENT = read_fixture("fashion").images[0]
COLOURS = np.stack([GARMENT, GARMENT.T, 255 - GARMENT], axis=2)
PICTURES = FIXTURES / "pictures"

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GRAY = SRGB[:16] + b"GRAY" + SRGB[20:]
CMYK = SRGB[:16] + b"CMYK" + SRGB[20:]


def read(data: bytes, frame: int | None = None) -> Picture:
    with open_image(data, ALL, MAX_PIXELS, frame) as opened:
        return read_picture(opened)


def save(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, content: bytes, damage: int = 0) -> bytes:
    """A chunk; ``damage`` is added to its checksum."""
    checksum = (zlib.crc32(kind + content) + damage) % (1 << 32)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def with_chunks(png: bytes, *chunks: bytes, before: bytes = b"IDAT") -> bytes:
    """A PNG with more chunks."""
    at = png.index(before) - 4
    return png[:at] + b"".join(chunks) + png[at:]

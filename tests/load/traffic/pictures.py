"""Image files of every format and kind that the service takes, at random, and a few that it must not take."""

import io
import struct
import zlib
from functools import cache
from random import Random

import numpy as np
from PIL import Image

LARGEST = 2000
"""The longest side, in pixels, of an ordinary image here."""

KINDS = (
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    *(("AVIF", mode) for mode in ("RGB", "RGBA")),
    *(("GIF", mode) for mode in ("L", "P")),
    *(("BMP", mode) for mode in ("1", "L", "RGB")),
)
_OPTIONS: dict[str, dict[str, int]] = {"AVIF": {"speed": 10}, "WEBP": {"method": 0}, "PNG": {"compress_level": 1}}


def picture(random: Random) -> bytes:
    """An image file of any kind; most are 28×28, the others of any size up to LARGEST."""
    size = (28, 28) if random.random() < 0.7 else (_side(random), _side(random))
    kind, mode = random.choice(KINDS)
    buffer = io.BytesIO()
    _blurred(random, size, mode).save(buffer, kind, **_OPTIONS.get(kind, {}))
    return buffer.getvalue()


def _side(random: Random) -> int:
    return int(LARGEST ** random.random())


def _blurred(random: Random, size: tuple[int, int], mode: str) -> Image.Image:
    width, height = (side // 8 + 1 for side in size)
    noise = np.frombuffer(random.randbytes(4 * width * height), np.uint8).reshape(height, width, 4)
    image = Image.fromarray(noise).resize(size)
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257)
    return image.convert("RGB").convert(mode) if mode in {"1", "P", "LA", "CMYK"} else image.convert(mode)


@cache
def blank(side: int) -> bytes:
    """A true PNG of ``side``×``side`` black pixels of one bit, a thousandth of its pixels in bytes."""
    row = bytes(1 + (side + 7) // 8)
    deflate = zlib.compressobj(9)
    data = b"".join(deflate.compress(row * 100) for _ in range(side // 100)) + deflate.compress(row * (side % 100))
    return _png(side, data + deflate.flush())


def claiming(side: int) -> bytes:
    """A PNG that claims ``side``×``side`` pixels and holds a handful of bytes."""
    return _png(side, zlib.compress(bytes(100)))


def animated(random: Random) -> bytes:
    """A GIF of two frames that differ."""
    buffer = io.BytesIO()
    first, second = (_blurred(random, (28, 28), "L") for _ in range(2))
    first.save(buffer, "GIF", save_all=True, append_images=[second])
    return buffer.getvalue()


def padded(file: bytes, size: int) -> bytes:
    """A PNG with ``size`` bytes of chunks after its pixels that hold nothing, each of which a reader must look at."""
    end = file.rindex(b"IEND") - 4
    return file[:end] + _chunk(b"prVt", b"") * (size // 12) + file[end:]


def rescanned(side: int, size: int) -> bytes:
    """A progressive JPEG of ``side``×``side`` pixels that refines them again and again, for ``size`` bytes."""
    buffer = io.BytesIO()
    Image.new("L", (side, side)).save(buffer, "JPEG", progressive=True)
    file = buffer.getvalue()
    last, end = file.rindex(b"\xff\xda"), file.rindex(b"\xff\xd9")
    return file[:end] + file[last:end] * (size // (end - last)) + file[end:]


def _png(side: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

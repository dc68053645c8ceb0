"""The codecs that are compared: how each is called, with which settings, at which qualities."""

import io
from pathlib import Path
from typing import Protocol

import imagecodecs
import numpy as np
from PIL import Image

from benchmarks.photographs import Pixels
from hourglass.models.codec import Codec
from hourglass.models.runtime import usable_cores

QUALITIES = range(1, 101)


class MissingCodec(Exception):
    """A codec cannot run here; says which, and what it needs."""


class Contender(Protocol):
    """Turns pixels, uint8 [height, width, 3], into a file and back.

    ``qualities``, in 1..100 and rising, are the points of its curve: from about 0.1 to 3 bits per pixel on
    photographs. ``says`` are its settings, for the reader.
    """

    @property
    def name(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def qualities(self) -> tuple[int, ...]: ...

    def encode(self, pixels: Pixels, quality: int) -> bytes: ...

    def decode(self, data: bytes) -> Pixels: ...


class PillowCodec:
    """A format that Pillow writes, as ``kind``, with ``options``. Raises MissingCodec if this Pillow does not."""

    def __init__(self, name: str, kind: str, qualities: tuple[int, ...], says: str, **options: object) -> None:
        Image.init()
        if kind not in Image.SAVE:
            raise MissingCodec(f"this Pillow cannot write {name}; a wheel from PyPI can")
        self.name, self.qualities, self.says = name, qualities, says
        self._kind, self._options = kind, options

    def encode(self, pixels: Pixels, quality: int) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, self._kind, quality=quality, **self._options)
        return buffer.getvalue()

    def decode(self, data: bytes) -> Pixels:
        with Image.open(io.BytesIO(data), formats=[self._kind]) as image:
            return np.asarray(image)


class JpegXl:
    """libjxl, by imagecodecs. Raises MissingCodec if that was built without."""

    name = "JPEG XL"
    qualities = (10, 15, 30, 50, 65, 78, 86, 92, 95)
    says = "libjxl, effort 7, a thread a core; quality is that of cjxl"

    def __init__(self) -> None:
        if not imagecodecs.JPEGXL.available:
            raise MissingCodec("this imagecodecs cannot write JPEG XL; a wheel from PyPI can")

    def encode(self, pixels: Pixels, quality: int) -> bytes:
        distance = _jxl_distance(quality)
        return bytes(imagecodecs.jpegxl_encode(pixels, effort=7, distance=distance, numthreads=usable_cores()))

    def decode(self, data: bytes) -> Pixels:
        return imagecodecs.jpegxl_decode(data, numthreads=usable_cores())


class Hourglass:
    """The codec of the model in the folder ``model``, as the service runs it. Raises BrokenModel if it has none."""

    name = "Hourglass"
    qualities = (1, 12, 25, 37, 50, 62, 75, 87, 100)
    says = "onnxruntime on the CPU, a thread a core; encoding includes the decoding that tells the PSNR"

    def __init__(self, model: Path) -> None:
        self._codec = Codec.open(model, "cpu", threads=usable_cores())

    def encode(self, pixels: Pixels, quality: int) -> bytes:
        return self._codec.encode(pixels, quality)

    def decode(self, data: bytes) -> Pixels:
        return self._codec.decode(data).pixels


def peers() -> tuple[Contender, ...]:
    """The codecs that Hourglass is compared with. Raises MissingCodec."""
    jpeg = (6, 10, 20, 35, 50, 70, 80, 90, 94)
    webp = (1, 5, 20, 40, 60, 75, 85, 91, 95)
    avif = (10, 20, 30, 40, 50, 60, 70, 80, 90)
    return (
        PillowCodec("JPEG", "JPEG", jpeg, "Pillow, optimised, 4:2:0, one thread", optimize=True, subsampling="4:2:0"),
        PillowCodec("WebP", "WEBP", webp, "Pillow, method 4, one thread", method=4),
        PillowCodec("AVIF", "AVIF", avif, "Pillow, speed 6, 4:4:4, a thread a core", speed=6, subsampling="4:4:4"),
        JpegXl(),
    )


def _jxl_distance(quality: int) -> float:
    """Butteraugli distance of a quality of 1..100, as libjxl's JxlEncoderDistanceFromQuality has it."""
    if quality >= 30:
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25

"""Files → pictures. What arrives is hostile: the header is judged before a pixel is decoded."""

import io
import warnings
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from hourglass.errors import BadImage, TooLarge, UnsupportedMedia
from hourglass.imaging.picture import Picture

Format = Literal["PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP"]
FORMATS: frozenset[Format] = frozenset(get_args(Format))
"""What can be read, by Pillow's names."""

_PROFILED = {"L": b"GRAY", "RGB": b"RGB "}
"""What an ICC profile's header calls the colors of a mode (ICC.1, 7.2.6)."""

MAX_READS = 20_000
"""Of a file, by Pillow: it reads each chunk by itself, and 30 MB may hold millions of empty ones."""

MAX_SCANS = 32
"""Of a progressive JPEG, which has about 10: each goes over the whole image, and may be a few bytes long."""
Image.init()  # loads the format plug-ins now, not in the first request
Image.MAX_IMAGE_PIXELS = None  # judged here: Pillow itself only raises at twice its limit
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata; only the pixels matter here


def open_image(data: bytes, formats: frozenset[str], max_pixels: int) -> Image.Image:
    """Reads the header of an image file; no pixel is decoded yet.

    Raises UnsupportedMedia (not an image, or not of ``formats``), TooLarge (more than ``max_pixels``) or BadImage
    (empty, animated, made to keep a decoder busy, or with a header that makes no sense).
    """
    if not data:
        raise BadImage("the image is empty: 0 bytes")
    try:
        image = Image.open(_File(data), formats=sorted(formats))
        animated = image.format != "MPO" and getattr(image, "is_animated", False)  # MPO: a JPEG, more views of it
    except UnidentifiedImageError as error:
        names = ", ".join(sorted(formats))
        raise UnsupportedMedia(f"not an image of a format taken here: {names}") from error
    except MemoryError:  # no fault of the image's
        raise
    except Exception as error:  # Pillow's plug-ins raise whatever the library of their format does
        raise _unreadable(error) from error
    if image.width * image.height > max_pixels:
        raise TooLarge(f"the image has {image.width}x{image.height} pixels; at most {max_pixels} are taken")
    if animated:
        raise BadImage("the image is animated; send one frame")
    if image.format in {"JPEG", "MPO"} and data.count(b"\xff\xda") > MAX_SCANS:
        raise BadImage(f"the JPEG has more than {MAX_SCANS} scans")
    return image


class _File(io.BytesIO):
    """Bytes to be decoded, which let themselves be read a bounded number of times."""

    _left = MAX_READS

    def read(self, size: int | None = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise OverflowError("it has too many parts")
        return super().read(size)


def read_picture(image: Image.Image) -> Picture:
    """Decodes an opened image.

    Gray files give one channel, all others three. EXIF orientation is applied, 16 bits are scaled to 8, CMYK and
    palettes become RGB; a profile that does not describe what the pixels became is dropped. Raises BadImage
    (truncated, or damaged).
    """
    try:
        image.load()
        if image.info:
            ImageOps.exif_transpose(image, in_place=True)
        return picture_of(image)
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadImage:
    reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return BadImage(f"the image cannot be decoded: {reason}")


def picture_of(image: Image.Image) -> Picture:
    dropped = []
    icc, alpha = image.info.get("icc_profile"), None
    mode = "L" if image.mode in {"1", "L", "LA", "La"} or image.mode.startswith(("I", "F")) else "RGB"
    if icc and icc[16:20] != _PROFILED[mode]:
        dropped.append("color profile")
        icc = None
    if image.mode.startswith(("I", "F")):
        dropped += ["alpha"] if "transparency" in image.info else []
        image = _eight_bits(image)
    if image.has_transparency_data:
        layer = np.asarray(image.convert("RGBA"))
        pixels = layer[:, :, : len(mode)]
        alpha = layer[:, :, 3] if layer[:, :, 3].min() < 255 else None
    else:
        pixels = np.asarray(image if image.mode == mode else image.convert(mode))
        pixels = pixels[:, :, None] if mode == "L" else pixels
    return Picture(pixels, alpha, icc or None, tuple(dropped))


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image.convert("F") if image.mode == "F" else image, np.float64)
    scale = 1.0 if image.mode == "F" else 257.0
    return Image.fromarray(np.clip(np.nan_to_num(values) / scale + 0.5, 0, 255).astype(np.uint8))

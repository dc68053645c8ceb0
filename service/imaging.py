"""Bytes ↔ pixels. What arrives is hostile: the header is judged before a pixel is decoded."""

import io
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from service.errors import BadImage, BadParameter, TooLarge, UnsupportedMedia

Pixels = NDArray[np.uint8]
"""[height, width, channels], 0..255."""

MediaType = Literal["image/png", "image/webp", "image/jpeg"]
_SAVE: dict[MediaType, tuple[str, dict[str, int | bool]]] = {
    "image/png": ("PNG", {"compress_level": 3}),
    "image/webp": ("WEBP", {"lossless": True, "method": 2}),
    "image/jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
}

MAX_READS = 20_000
"""Of a file, by Pillow: it reads each chunk by itself, and 30 MB may hold millions of empty ones."""

MAX_SCANS = 32
"""Of a progressive JPEG, which has about 10: each goes over the whole image, and may be a few bytes long."""

Image.init()  # loads the format plug-ins now, not in the first request
Image.MAX_IMAGE_PIXELS = None  # judged here: Pillow itself only raises at twice its limit
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata; only the pixels matter here


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright image: ``pixels`` uint8 [height, width, 1 or 3], and what of the file they do not hold.

    ``dropped`` names it: "alpha" (laid over black, the ground of both data sets), "color profile".
    """

    pixels: Pixels
    dropped: tuple[str, ...]

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])


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
    palettes become RGB. Raises BadImage (truncated, or damaged).
    """
    try:
        image.load()
        if image.info:
            ImageOps.exif_transpose(image, in_place=True)
        return _to_picture(image)
    except Exception as error:  # as above
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadImage:
    reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return BadImage(f"the image cannot be decoded: {reason}")


def _to_picture(image: Image.Image) -> Picture:
    dropped = []
    if image.info.get("icc_profile"):
        dropped.append("color profile")
    if image.mode.startswith(("I", "F")):
        dropped += ["alpha"] if "transparency" in image.info else []
        image = _eight_bits(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        if layer.getchannel("A").getextrema() != (255, 255):
            dropped.append("alpha")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer).convert(
            "L" if image.mode in {"L", "LA", "La", "1"} else "RGB"
        )
    if image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    pixels = np.asarray(image)
    return Picture(pixels[:, :, None] if pixels.ndim == 2 else pixels, tuple(dropped))


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image.convert("F") if image.mode == "F" else image, np.float64)
    scale = 1.0 if image.mode == "F" else 257.0
    return Image.fromarray(np.clip(np.nan_to_num(values) / scale + 0.5, 0, 255).astype(np.uint8))


def fit_picture(picture: Picture, channels: int, height: int, width: int, resize: bool) -> tuple[Pixels, list[str]]:
    """The pixels as a model of fixed size takes them, uint8 [height, width, channels], and what was lost on the way.

    Raises BadParameter for another size, unless ``resize``: then the image is scaled (Lanczos) and keeps its
    proportions, centred on black.
    """
    dropped = list(picture.dropped)
    if picture.pixels.shape == (height, width, channels):
        return picture.pixels, dropped
    image = Image.fromarray(picture.pixels[:, :, 0] if picture.pixels.shape[2] == 1 else picture.pixels)
    if channels == 1 and image.mode != "L":
        red, green, blue = np.moveaxis(picture.pixels, 2, 0)
        gray = bool((red == green).all() and (green == blue).all())
        dropped += [] if gray else ["color"]
        image = image.convert("L")
    elif channels == 3 and image.mode != "RGB":
        image = image.convert("RGB")
    if image.size != (width, height):
        if not resize:
            raise BadParameter(
                "resize",
                f"the model takes {width}x{height} pixels, the image has {picture.width}x{picture.height}; "
                "send resize=true to have it scaled",
            )
        dropped.append("size")
        image = _centred(image, width, height)
    pixels = np.asarray(image)
    return (pixels[:, :, None] if pixels.ndim == 2 else pixels), dropped


def _centred(image: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / image.width, height / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    ground = Image.new(image.mode, (width, height))
    ground.paste(image.resize(size, Image.Resampling.LANCZOS), ((width - size[0]) // 2, (height - size[1]) // 2))
    return ground


def write_image(pixels: Pixels, media_type: MediaType) -> bytes:
    """Encodes uint8 [height, width, 1 or 3] as PNG, lossless WebP, or JPEG at quality 92."""
    name, options = _SAVE[media_type]
    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(buffer, name, **options)
    return buffer.getvalue()

"""Bytes ↔ pixels. What arrives is hostile: the header is judged before a pixel is decoded."""

import io
import sys
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from hourglass.errors import BadImage, BadParameter, NotAcceptable, TooLarge, UnsupportedMedia

Pixels = NDArray[np.uint8]
"""[height, width, channels], 0..255."""

MediaType = Literal["image/png", "image/webp", "image/jpeg"]
_SAVE: dict[MediaType, tuple[str, dict[str, int | bool]]] = {
    "image/png": ("PNG", {"compress_level": 3}),
    "image/webp": ("WEBP", {"lossless": True, "method": 2, "exact": True}),
    "image/jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
}
_LONGEST_SIDE: dict[MediaType, int] = {"image/webp": 16383, "image/jpeg": 65500}

_PROFILED = {"L": b"GRAY", "RGB": b"RGB "}
"""What an ICC profile's header calls the colors of a mode (ICC.1, 7.2.6)."""

MAX_READS = 20_000
"""Of a file, by Pillow: it reads each chunk by itself, and 30 MB may hold millions of empty ones."""

MAX_SCANS = 32
"""Of a progressive JPEG, which has about 10: each goes over the whole image, and may be a few bytes long."""

MOST_REDUCED = 1024
"""A side that is scaled down more often than that is reduced by a whole number first, which is about as good."""

Image.init()  # loads the format plug-ins now, not in the first request
Image.MAX_IMAGE_PIXELS = None  # judged here: Pillow itself only raises at twice its limit
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata; only the pixels matter here


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright image: ``pixels`` uint8 [height, width, 1 or 3], not multiplied by alpha.

    ``alpha`` uint8 [height, width], None where all is opaque; ``icc`` the profile that describes the pixels, if any.
    ``dropped`` names what of the file is in none of them: "alpha", "color profile".
    """

    pixels: Pixels
    alpha: NDArray[np.uint8] | None = None
    icc: bytes | None = None
    dropped: tuple[str, ...] = ()

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
    palettes become RGB; a profile that does not describe what the pixels became is dropped. Raises BadImage
    (truncated, or damaged).
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


def fit_picture(picture: Picture, channels: int, height: int, width: int, resize: bool) -> tuple[Pixels, list[str]]:
    """The pixels as a model of fixed size takes them, uint8 [height, width, channels], and what was lost on the way.

    Alpha is laid over black, the ground of both data sets. Raises BadParameter for another size, unless ``resize``:
    then the image is scaled (Lanczos) and keeps its proportions, centred on black.
    """
    pixels, dropped = _shown(picture, channels)
    if pixels.shape[:2] == (height, width):
        return pixels, dropped
    if not resize:
        raise BadParameter(
            "resize",
            f"the model takes {width}x{height} pixels, the image has {picture.width}x{picture.height}; "
            "send resize=true to have it scaled",
        )
    return _to_pixels(_centred(_to_image(pixels), width, height)), [*dropped, "size"]


def stretched(picture: Picture, channels: int, side: int) -> tuple[Pixels, list[str]]:
    """The pixels of all the picture, uint8 [side, side, channels], and what was lost on the way.

    It is scaled (bilinear, each pixel the mean of those it stands for) whatever its proportions, which is no loss that
    is told; alpha is laid over black.
    """
    pixels, dropped = _shown(picture, channels)
    if pixels.shape[:2] == (side, side):
        return pixels, dropped
    return _to_pixels(_scaled(_to_image(pixels), (side, side), Image.Resampling.BILINEAR)), dropped


def _shown(picture: Picture, channels: int) -> tuple[Pixels, list[str]]:
    """What a model of so many channels sees, uint8 [height, width, channels], and what it does not."""
    dropped = [*picture.dropped, *(["color profile"] if picture.icc else [])]
    pixels = picture.pixels
    if picture.alpha is not None:
        dropped.append("alpha")
        pixels = over_black(pixels, picture.alpha)
    if channels == 1 and pixels.shape[2] != 1:
        red, green, blue = np.moveaxis(pixels, 2, 0)
        gray = bool((red == green).all() and (green == blue).all())
        dropped += [] if gray else ["color"]
        pixels = _to_pixels(_to_image(pixels).convert("L"))
    elif channels == 3 and pixels.shape[2] != 3:
        pixels = _to_pixels(_to_image(pixels).convert("RGB"))
    return pixels, dropped


def over_black(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """What shows of pixels [height, width, channels] through alpha [height, width] before a black ground."""
    shares = Image.fromarray(alpha)
    shown = [ImageChops.multiply(Image.fromarray(channel), shares) for channel in np.moveaxis(pixels, 2, 0)]
    return np.stack([np.asarray(channel) for channel in shown], axis=2)


def _centred(image: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / image.width, height / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    ground = Image.new(image.mode, (width, height))
    scaled = _scaled(image, size, Image.Resampling.LANCZOS)
    ground.paste(scaled, ((width - size[0]) // 2, (height - size[1]) // 2))
    return ground


def _scaled(image: Image.Image, size: tuple[int, int], resampling: Image.Resampling) -> Image.Image:
    """Scaled to a width and height. Pillow keeps up to 48 bytes for each column: a very long side is reduced first."""
    return image.resize(size, resampling, reducing_gap=MOST_REDUCED)


def write_image(picture: Picture, media_type: MediaType) -> bytes:
    """Encodes a picture as PNG, lossless WebP, or JPEG at quality 92, without what ``lost_in`` that format.

    Raises NotAcceptable for a picture too long for it.
    """
    name, options = _SAVE[media_type]
    longest = _LONGEST_SIDE.get(media_type, sys.maxsize)
    if max(picture.height, picture.width) > longest:
        size = f"{picture.width}x{picture.height}"
        raise NotAcceptable(f"{name} holds at most {longest} pixels a side, the image has {size}; ask for image/png")
    lost = lost_in(picture, media_type)
    pixels = picture.pixels
    if picture.alpha is not None:
        over = over_black if "alpha" in lost else _beside
        pixels = over(pixels, picture.alpha)
    buffer = io.BytesIO()
    profile = None if "color profile" in lost else picture.icc
    _to_image(pixels).save(buffer, name, icc_profile=profile, **options)
    return buffer.getvalue()


def lost_in(picture: Picture, media_type: MediaType) -> list[str]:
    """What of a picture a format cannot hold: JPEG has no alpha, WebP no gray, which a profile of gray describes."""
    alpha = picture.alpha is not None and media_type == "image/jpeg"
    profile = picture.icc is not None and picture.pixels.shape[2] == 1 and media_type == "image/webp"
    return alpha * ["alpha"] + profile * ["color profile"]


def _beside(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    return np.dstack([pixels, alpha])


def _to_image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def _to_pixels(image: Image.Image) -> Pixels:
    pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels

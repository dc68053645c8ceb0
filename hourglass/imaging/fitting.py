"""A picture as a model of fixed size takes it."""

import numpy as np
from PIL import Image

from hourglass.errors import BadParameter
from hourglass.imaging.picture import Picture, Pixels, luma, over_black, to_image, to_pixels

MOST_REDUCED = 1024
"""A side that is scaled down more often than that is reduced by a whole number first, which is about as good."""


def fit_picture(picture: Picture, channels: int, height: int, width: int, resize: bool) -> tuple[Pixels, list[str]]:
    """The pixels as a model of fixed size takes them, uint8 [height, width, channels], and what was lost on the way.

    Alpha is laid over black, the ground of both data sets. Raises BadParameter for another size, unless ``resize``:
    then the image is scaled (Lanczos) and keeps its proportions, centred on black.
    """
    pixels, dropped = _shown(picture, channels)
    dropped += picture.metadata.names
    if pixels.shape[:2] == (height, width):
        return pixels, dropped
    if not resize:
        raise BadParameter(
            "resize",
            f"the model takes {width}x{height} pixels, the image has {picture.width}x{picture.height}; "
            "send resize=true to have it scaled",
        )
    return to_pixels(_centred(to_image(pixels), width, height)), [*dropped, "size"]


def stretched(picture: Picture, channels: int, side: int) -> tuple[Pixels, list[str]]:
    """The pixels of all the picture, uint8 [side, side, channels], and what was lost on the way.

    It is scaled (bilinear, each pixel the mean of those it stands for) whatever its proportions, which is no loss that
    is told; alpha is laid over black.
    """
    pixels, dropped = _shown(picture, channels)
    if pixels.shape[:2] == (side, side):
        return pixels, dropped
    return to_pixels(_scaled(to_image(pixels), (side, side), Image.Resampling.BILINEAR)), dropped


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
        pixels = luma(pixels)
    elif channels == 3 and pixels.shape[2] != 3:
        pixels = to_pixels(to_image(pixels).convert("RGB"))
    return pixels, dropped


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

"""Whatever holds an image → a picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hourglass.errors import BadImage
from hourglass.imaging.files.formats import FORMATS
from hourglass.imaging.opening import open_image
from hourglass.imaging.picture import Picture
from hourglass.imaging.reading import picture_of, read_picture

Source = Picture | Image.Image | NDArray[np.uint8] | Path | str | bytes
"""A picture, one of Pillow's, pixels, a path, or the bytes of a file.

Pixels are uint8 [height, width] or [height, width, channels]: 1 for gray, 3 for RGB, 4 for RGB and alpha.
"""

MAX_PIXELS = 1 << 28
"""The largest image that is read from a file, in pixels."""


def to_picture(source: Source, frame: int | None = None) -> Picture:
    """The upright picture that ``source`` holds; what it is of stays as it was. Of a file of several, that ``frame``.

    Raises OSError for a path that cannot be read; UnsupportedMedia, TooLarge, BadParameter or BadImage as
    ``open_image`` and ``read_picture`` do; and BadImage for an array that is not an image.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, np.ndarray):
        return _of_array(source)
    if isinstance(source, Image.Image):
        return picture_of(source)
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    with open_image(data, FORMATS, MAX_PIXELS, frame) as image:
        return read_picture(image)


def _of_array(pixels: NDArray[np.uint8]) -> Picture:
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in {1, 3, 4} or not pixels.size:
        raise BadImage(f"an array of {pixels.dtype} {pixels.shape} is no image: uint8 [height, width, 1, 3 or 4] is")
    if pixels.shape[2] == 4:
        return Picture(pixels[:, :, :3], pixels[:, :, 3])
    return Picture(pixels)

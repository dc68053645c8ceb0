"""Pictures → files."""

import io
import sys
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hourglass.errors import NotAcceptable
from hourglass.imaging.picture import Picture, Pixels, over_black, to_image

MediaType = Literal["image/png", "image/webp", "image/jpeg"]
_SAVE: dict[MediaType, tuple[str, dict[str, int | bool]]] = {
    "image/png": ("PNG", {"compress_level": 3}),
    "image/webp": ("WEBP", {"lossless": True, "method": 2, "exact": True}),
    "image/jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
}
_LONGEST_SIDE: dict[MediaType, int] = {"image/webp": 16383, "image/jpeg": 65500}


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
    to_image(pixels).save(buffer, name, icc_profile=profile, **options)
    return buffer.getvalue()


def lost_in(picture: Picture, media_type: MediaType) -> list[str]:
    """What of a picture a format cannot hold: JPEG has no alpha, WebP no gray, which a profile of gray describes."""
    alpha = picture.alpha is not None and media_type == "image/jpeg"
    profile = picture.icc is not None and picture.pixels.shape[2] == 1 and media_type == "image/webp"
    return alpha * ["alpha"] + profile * ["color profile"]


def _beside(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    return np.dstack([pixels, alpha])

"""Pictures → files."""

import io
import sys
import zlib
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngInfo

from hourglass.errors import NotAcceptable
from hourglass.imaging.files.metadata import Metadata
from hourglass.imaging.picture import Picture, Pixels, over_black, to_image

MediaType = Literal["image/png", "image/webp", "image/jpeg", "image/avif"]
_SAVE: dict[MediaType, tuple[str, dict[str, int | bool | str]]] = {
    "image/png": ("PNG", {"compress_type": zlib.Z_RLE, "compress_level": 1}),
    "image/webp": ("WEBP", {"lossless": True, "method": 1, "quality": 0, "exact": True}),
    "image/jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
    "image/avif": ("AVIF", {"quality": 90, "subsampling": "4:4:4", "speed": 8, "max_threads": 1}),
}
"""PNG and WebP take half and a quarter of the time of Pillow's own choice. Photos become up to 10 % larger as PNG."""

_LONGEST_SIDE: dict[MediaType, int] = {"image/webp": 16383, "image/jpeg": 65500, "image/avif": 16384}
"""Pixels; AVIF may be longer, but what has so many that few decoders take it is no use."""


def write_image(picture: Picture, media_type: MediaType) -> bytes:
    """Encodes a picture as PNG, lossless WebP, JPEG of quality 92 or AVIF of 90, without what is ``lost_in`` it.

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
    beside = _metadata(picture.metadata, media_type)
    to_image(pixels).save(buffer, name, icc_profile=profile, **options, **beside)
    return buffer.getvalue()


def lost_in(picture: Picture, media_type: MediaType) -> list[str]:
    """What of a picture a format cannot hold: JPEG has no alpha; WebP and AVIF no gray, nor a profile of it."""
    alpha = picture.alpha is not None and media_type == "image/jpeg"
    colored = media_type in {"image/webp", "image/avif"}
    profile = picture.icc is not None and picture.pixels.shape[2] == 1 and colored
    return alpha * ["alpha"] + profile * ["color profile"]


def _metadata(metadata: Metadata, media_type: MediaType) -> dict[str, Any]:
    """What Pillow's ``save`` is given, by the names it has for it."""
    beside: dict[str, Any] = {}
    if metadata.exif is not None:
        beside["exif"] = b"Exif\0\0" + metadata.exif
    if metadata.dpi is not None and media_type in {"image/png", "image/jpeg"}:
        beside["dpi"] = metadata.dpi
    if metadata.xmp is not None and media_type == "image/png":
        beside["pnginfo"] = PngInfo()
        beside["pnginfo"].add_itxt("XML:com.adobe.xmp", metadata.xmp)
    elif metadata.xmp is not None:
        beside["xmp"] = metadata.xmp
    return beside


def _beside(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    return np.dstack([pixels, alpha])

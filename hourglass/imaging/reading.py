"""Opened files → pictures."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from hourglass.errors import BadImage
from hourglass.imaging.colors import color
from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.metadata import metadata_of
from hourglass.imaging.kept import keep
from hourglass.imaging.opening import Opened, decoding
from hourglass.imaging.picture import Picture

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_picture(opened: Opened) -> Picture:
    """Decodes an opened image.

    Gray files give one channel, all others three. Orientation is applied; more bits than 8 are scaled to 8; palettes,
    CMYK and what has a transfer or primaries of its own become RGB; a profile that does not describe what the pixels
    became is dropped. Raises BadImage (cut off, or damaged).
    """
    with decoding(opened.image.format or ""):
        opened.image.load()
        if opened.probe is not None:
            _compare(opened.image, opened.probe)
        return picture_of(opened.image, opened.contents)


def picture_of(image: Image.Image, contents: Contents | None = None) -> Picture:
    """What an image of Pillow's shows; ``contents`` is what its file says, by default what Pillow kept of that."""
    if contents is None:
        contents = Contents()
        keep(image, contents)
    metadata, orientation = metadata_of(contents, image.width, image.height)
    if orientation > 1:
        image = image.transpose(_UPRIGHT[orientation])
    pixels, alpha, icc = _layers(image, contents)
    return Picture(pixels, alpha, icc, contents.dropped, metadata)


def _compare(image: Image.Image, probe: bytes) -> None:
    """Raises BadImage where a JPEG shows other pixels than its probe: then bits were missing."""
    with Image.open(io.BytesIO(probe), formats=["JPEG"]) as other:
        other.load()
        for top in range(0, image.height, 256):
            strip = 0, top, image.width, min(top + 256, image.height)
            if ImageChops.difference(image.crop(strip), other.crop(strip)).getbbox(alpha_only=False):
                raise BadImage("the JPEG is cut off")


def _layers(image: Image.Image, contents: Contents) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, bytes | None]:
    """Pixels [height, width, 1 or 3], alpha and profile."""
    if contents.bits > 8:
        contents.drop(f"{contents.bits} bits")
    mode = "L" if contents.gray or image.mode in {"1", "L", "LA", "La"} or image.mode[0] in "IF" else "RGB"
    alpha = None
    if image.mode.startswith(("I", "F")):
        image, alpha = _eight_bits(image, contents.key)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = np.asarray(image.getchannel("A"))
    image, icc = _colors(image, mode, contents)
    pixels = np.asarray(image)
    opaque = alpha is None or alpha.min() == 255
    return (pixels[:, :, None] if mode == "L" else pixels), None if opaque else alpha, icc


def _colors(image: Image.Image, mode: str, contents: Contents) -> tuple[Image.Image, bytes | None]:
    """The image in a mode, L or RGB, and the profile that describes it; without one it is sRGB."""
    icc, coding = contents.icc, contents.coding
    if icc and image.mode in {"CMYK", "LAB"} and (converted := color.by_profile(image, icc)):
        return converted, None
    if mode == "L" and image.mode == "RGBA":
        image = image.getchannel("R")  # all three are it
    elif image.mode != mode:
        image = color.plainly(image) if mode == "RGB" else image.convert(mode)
    if icc and color.describes(icc, mode) and len(icc) <= color.MAX_PROFILE_BYTES:
        return image, icc
    if icc:
        contents.drop("color profile")
    if coding is None:
        return image, None
    if coding.hdr:
        contents.drop("HDR")
    return color.shown(image, coding)


def _eight_bits(image: Image.Image, key: int | None) -> tuple[Image.Image, NDArray[np.uint8] | None]:
    """An image of more bits with 8, and its alpha, 0 where it has the value ``key``."""
    values = np.asarray(image.convert("F") if image.mode == "F" else image, np.float64)
    scale = 1.0 if image.mode == "F" else 257.0
    levels = np.clip(np.nan_to_num(values) / scale + 0.5, 0, 255).astype(np.uint8)
    alpha = None if key is None else np.where(values == key, np.uint8(0), np.uint8(255))
    return Image.fromarray(levels), alpha

"""Colors → sRGB, or what a kept profile describes. littleCMS does the work."""

import io

import numpy as np
from PIL import Image, ImageCms

from hourglass.imaging.colors import hdr
from hourglass.imaging.colors.coding import DISPLAY_P3, Coding
from hourglass.imaging.colors.profiles import display_p3, profile_of

MAX_PROFILE_BYTES = 1 << 20
"""Of a profile that is kept. One for print, which is not, may be larger."""

_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK", "LAB": b"Lab "}
"""What an ICC profile's header calls the colors of a mode (ICC.1, 7.2.6)."""

_SRGB = ImageCms.createProfile("sRGB")


def describes(icc: bytes, mode: str) -> bool:
    """Whether a profile is of the colors of a mode."""
    return icc[16:20] == _SPACES.get(mode)


def by_profile(image: Image.Image, icc: bytes) -> Image.Image | None:
    """An image of mode CMYK or LAB as sRGB, by its profile; None where littleCMS cannot use that."""
    if not describes(icc, image.mode):
        return None
    try:
        return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(icc)))
    except (ImageCms.PyCMSError, OSError):
        return None


def plainly(image: Image.Image) -> Image.Image:
    """An image of any mode as RGB, without a profile."""
    if image.mode == "LAB":
        return _converted(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return image.convert("RGB")


def shown(image: Image.Image, coding: Coding) -> tuple[Image.Image, bytes | None]:
    """An image of mode L or RGB as sRGB, without a profile; Display P3 stays what it is, and gets its profile."""
    if coding.plain:
        return image, None
    if coding.hdr:
        return hdr.to_srgb(image, coding), None
    if coding.transfer == "sRGB" and image.mode == "L":
        return image, None
    if coding.transfer == "sRGB" and coding.like(DISPLAY_P3):
        return image, display_p3()
    if image.mode == "RGB":
        return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile_of(coding)))), None
    ramp, _ = shown(Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)), coding)
    return image.point(np.asarray(ramp)[0, :, 1].tolist()), None


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB")
    assert converted is not None  # it is only where the image itself is changed
    return converted

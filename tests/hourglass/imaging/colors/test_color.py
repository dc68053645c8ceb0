"""Colors by their profiles."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from hourglass.imaging.colors import color
from hourglass.imaging.colors.coding import DISPLAY_P3, SRGB, Coding
from hourglass.imaging.colors.profiles import display_p3
from tests.hourglass.imaging.inks import ink_profile
from tests.hourglass.imaging.samples import CMYK, COLOURS, read, save

INKS = ink_profile()


def inked(**options: object) -> Image.Image:
    return Image.fromarray(COLOURS).convert("CMYK")


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_are_converted_by_their_profile(kind: str) -> None:
    file = save(inked(), kind, icc_profile=INKS, **({"quality": 100, "subsampling": 0} if kind == "JPEG" else {}))
    with Image.open(io.BytesIO(file)) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(INKS))
        expected = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
        plain = image.convert("RGB")
    picture = read(file)
    assert np.array_equal(picture.pixels, np.asarray(expected))
    assert np.abs(picture.pixels.astype(int) - np.asarray(plain)).mean() > 5
    assert (picture.icc, picture.dropped) == (None, ())


def test_inks_with_a_broken_profile_are_converted_plainly_and_that_is_told() -> None:
    file = save(inked(), "TIFF", icc_profile=CMYK)
    picture = read(file)
    assert np.array_equal(picture.pixels, np.asarray(inked().convert("RGB")))
    assert picture.dropped == ("color profile",)


def test_lab_becomes_rgb() -> None:
    muted = COLOURS // 2 + np.uint8(64)
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    image = ImageCms.profileToProfile(Image.fromarray(muted), srgb, lab, outputMode="LAB")
    assert image is not None
    assert np.abs(read(save(image, "TIFF")).pixels.astype(int) - muted).mean() < 2


def test_display_p3_stays_and_gets_its_profile() -> None:
    image = Image.fromarray(COLOURS)
    assert color.shown(image, Coding(DISPLAY_P3)) == (image, display_p3())
    assert color.shown(image, Coding()) == (image, None)


def test_gray_has_no_primaries() -> None:
    gray = Image.fromarray(COLOURS[:, :, 0])
    assert color.shown(gray, Coding(DISPLAY_P3)) == (gray, None)


def test_gray_and_colors_have_the_same_gamma() -> None:
    gray = COLOURS[:, :, 0]
    one, _ = color.shown(Image.fromarray(gray), Coding(SRGB, 1.6))
    three, _ = color.shown(Image.fromarray(np.stack([gray] * 3, axis=2)), Coding(SRGB, 1.6))
    assert np.array_equal(np.asarray(three)[:, :, 1], np.asarray(one))

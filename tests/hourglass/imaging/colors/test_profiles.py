"""Profiles made here, as littleCMS reads them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from hourglass.imaging.colors.coding import DISPLAY_P3, SRGB, Coding
from hourglass.imaging.colors.profiles import display_p3, profile_of
from tests.hourglass.imaging.samples import COLOURS


def opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def to_srgb(pixels: np.ndarray, profile: bytes) -> np.ndarray:
    converted = ImageCms.profileToProfile(Image.fromarray(pixels), opened(profile), ImageCms.createProfile("sRGB"))
    return np.asarray(converted).astype(int)


def test_profile_says_what_it_is() -> None:
    assert int.from_bytes(display_p3()[:4]) == len(display_p3())
    assert ImageCms.getProfileDescription(opened(display_p3())).strip() == "Display P3"
    assert opened(display_p3()).profile.xcolor_space == "RGB "


def test_srgb_made_here_is_srgb() -> None:
    assert np.abs(to_srgb(COLOURS, profile_of(Coding())) - COLOURS).max() <= 1


def test_primaries_are_where_they_belong() -> None:
    found = opened(display_p3()).profile
    expected = [[0.5151, 0.2412, -0.0011], [0.2920, 0.6922, 0.0419], [0.1571, 0.0666, 0.7841]]  # Display P3 under D50
    for color, xyz in zip((found.red_colorant, found.green_colorant, found.blue_colorant), expected, strict=True):
        assert color is not None
        assert np.abs(np.subtract(color[0], xyz)).max() < 0.002


@pytest.mark.parametrize("coding", [Coding(DISPLAY_P3), Coding(SRGB, 1.0), Coding(SRGB, 1.8)])
def test_white_and_black_stay(coding: Coding) -> None:
    ends = np.array([[[0] * 3, [255] * 3]], np.uint8)
    assert np.abs(to_srgb(ends, profile_of(coding)) - ends).max() <= 1


def test_gamma_is_a_power() -> None:
    gray = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    light = (np.arange(256) / 255) ** 1.8
    expected = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(to_srgb(gray, profile_of(Coding(SRGB, 1.8)))[0, :, 0] - expected).max() <= 1.5

"""Pictures as a model takes them: what it cannot see is told."""

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadParameter
from hourglass.imaging import Picture, fit_picture, over_black, stretched
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, GARMENT, SRGB, read, save


def test_transparent_palette_entry_is_black_to_a_model_without_alpha() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 100, 50, 10, 20, 30])
    image.putdata([0, 1])
    picture = read(save(image, "PNG", transparency=0))
    assert picture.pixels.tolist() == [[[200, 100, 50], [10, 20, 30]]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 255]]
    assert fit_picture(picture, 3, 1, 2, resize=False)[0].tolist() == [[[0, 0, 0], [10, 20, 30]]]


def test_alpha_is_laid_over_black_for_a_model_without_and_told() -> None:
    pixels, dropped = fit_picture(read(save(Image.new("LA", (1, 1), (200, 128)), "PNG")), 1, 1, 1, resize=False)
    assert pixels.tolist() == [[[100]]]
    assert dropped == ["alpha"]


def test_profile_that_a_model_does_not_see_is_told() -> None:
    assert fit_picture(read(to_file(COLOURS, icc_profile=SRGB)), 3, 28, 28, resize=False)[1] == ["color profile"]


def test_gray_colours_fit_a_gray_model_without_loss() -> None:
    fitted, dropped = fit_picture(read(to_file(np.stack([GARMENT] * 3, axis=2))), 1, 28, 28, resize=False)
    assert np.array_equal(fitted[:, :, 0], GARMENT)
    assert dropped == []


def test_colour_that_a_gray_model_does_not_see_is_told() -> None:
    fitted, dropped = fit_picture(read(to_file(COLOURS)), 1, 28, 28, resize=False)
    assert np.array_equal(fitted[:, :, 0], np.asarray(Image.fromarray(COLOURS).convert("L")))
    assert dropped == ["color"]


def test_gray_fits_a_colour_model() -> None:
    fitted, dropped = fit_picture(read(to_file(GARMENT)), 3, 28, 28, resize=False)
    assert np.array_equal(fitted, np.stack([GARMENT] * 3, axis=2))
    assert dropped == []


def test_another_size_is_refused_by_name() -> None:
    with pytest.raises(BadParameter, match=r"28x28.*20x10") as caught:
        fit_picture(read(to_file(GARMENT[:10, :20])), 1, 28, 28, resize=False)
    assert caught.value.parameter == "resize"


def test_resize_keeps_proportions_on_black() -> None:
    white = np.full((10, 20), 255, np.uint8)
    fitted, dropped = fit_picture(read(to_file(white)), 1, 28, 28, resize=True)
    assert dropped == ["size"]
    assert (fitted[7:21] == 255).all()
    assert not fitted[:7].any()
    assert not fitted[21:].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 28), (2000, 1), (1, 100_000)])
def test_resize_keeps_something_of_any_shape(shape: tuple[int, int]) -> None:
    fitted, _ = fit_picture(read(to_file(np.full(shape, 255, np.uint8))), 1, 28, 28, resize=True)
    assert fitted.shape == (28, 28, 1)
    assert fitted.any()


def test_thin_image_takes_no_memory_to_be_scaled() -> None:
    line = Picture(np.full((1, 50_000_000, 1), 255, np.uint8))  # Pillow by itself takes gigabytes, or refuses
    assert fit_picture(line, 1, 28, 28, resize=True)[0].any()
    assert (stretched(line, 1, 64)[0] == 255).all()


def test_stretched_picture_is_whole_whatever_its_proportions() -> None:
    halves = np.zeros((40, 300), np.uint8)
    halves[:, 150:] = 255
    pixels, dropped = stretched(read(to_file(halves)), 1, 64)
    assert pixels.shape == (64, 64, 1)
    assert not pixels[:, :31].any()
    assert (pixels[:, 33:] == 255).all()
    assert dropped == []


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (2, 3000), (3000, 2), (64, 64), (200, 90, 3), (5, 5, 4)])
def test_picture_of_any_shape_is_stretched(shape: tuple[int, ...], channels: int) -> None:
    pixels, dropped = stretched(read(to_file(np.full(shape, 255, np.uint8))), channels, 64)
    assert pixels.shape == (64, 64, channels)
    assert (pixels == 255).all()
    assert dropped == []


def test_stretching_makes_a_mean_of_many_pixels() -> None:
    board = np.indices((256, 256)).sum(axis=0).astype(np.uint8) % 2 * np.uint8(255)
    pixels, _ = stretched(Picture(board[:, :, None]), 1, 64)
    assert 126 <= pixels.min() <= pixels.max() <= 129


def test_picture_of_the_right_size_is_not_touched() -> None:
    assert np.array_equal(stretched(read(to_file(COLOURS)), 3, 28)[0], COLOURS)


def test_what_stretching_does_not_keep_is_told() -> None:
    seen = np.dstack([COLOURS, np.full(GARMENT.shape, 128, np.uint8)])
    pixels, dropped = stretched(read(to_file(seen, icc_profile=SRGB)), 1, 14)
    assert dropped == ["color profile", "alpha", "color"]
    gray = np.asarray(Image.fromarray(over_black(COLOURS, seen[:, :, 3])).convert("L"))
    assert np.abs(pixels.mean() - gray.mean()) < 1


def test_upright_picture_is_what_is_stretched() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    top = np.zeros((100, 200), np.uint8)
    top[:50] = 255  # which is on the right once it is upright
    pixels, _ = stretched(read(to_file(top, exif=exif)), 1, 64)
    assert (pixels[:, 33:] == 255).all()
    assert not pixels[:, :31].any()

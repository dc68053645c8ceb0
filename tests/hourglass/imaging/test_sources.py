"""Whatever holds an image becomes a picture."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadImage, BadParameter
from hourglass.imaging import Picture, to_picture
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, GARMENT, SRGB, save

SEEN = np.dstack([COLOURS, GARMENT])


def test_a_picture_is_one_already() -> None:
    picture = Picture(COLOURS)
    assert to_picture(picture) is picture


def test_file_is_read_by_path_or_bytes(tmp_path: Path) -> None:
    file = to_file(COLOURS, icc_profile=SRGB)
    (tmp_path / "file.png").write_bytes(file)
    for source in (file, tmp_path / "file.png", str(tmp_path / "file.png")):
        picture = to_picture(source)
        assert np.array_equal(picture.pixels, COLOURS)
        assert picture.icc == SRGB


def test_image_of_pillow_stays_what_it_was() -> None:
    with Image.open(io.BytesIO(to_file(SEEN, icc_profile=SRGB))) as image:
        picture = to_picture(image)
        assert image.mode == "RGBA"
    assert np.array_equal(picture.pixels, COLOURS)
    assert np.array_equal(np.asarray(picture.alpha), GARMENT)
    assert picture.icc == SRGB


@pytest.mark.parametrize(
    ("pixels", "channels", "seen"),
    [(GARMENT, 1, False), (GARMENT[:, :, None], 1, False), (COLOURS, 3, False), (SEEN, 3, True)],
)
def test_array_is_taken_by_its_channels(pixels: np.ndarray, channels: int, seen: bool) -> None:
    picture = to_picture(pixels)
    assert picture.pixels.shape == (28, 28, channels)
    assert (picture.alpha is not None) is seen


@pytest.mark.parametrize(
    "pixels", [GARMENT.astype(np.float32), SEEN[:, :, :2], np.zeros((0, 3, 3), np.uint8), np.zeros(3, np.uint8)]
)
def test_other_arrays_are_no_images(pixels: np.ndarray) -> None:
    with pytest.raises(BadImage, match="no image"):
        to_picture(pixels)


def test_frame_of_a_file_is_taken_by_its_number() -> None:
    first, second = (Image.fromarray(each) for each in (COLOURS, 255 - COLOURS))
    moving = save(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    assert np.array_equal(to_picture(moving, frame=1).pixels, 255 - COLOURS)
    with pytest.raises(BadParameter, match="frame=0"):
        to_picture(moving)

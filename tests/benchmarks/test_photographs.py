"""The photographs of a folder."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.photographs import Pixels, find_photographs, read_photograph

PHOTO: Pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs, 30×20, and a file that is none."""
    Image.fromarray(PHOTO).save(tmp_path / "b.png")
    Image.fromarray(PHOTO[:, ::-1]).save(tmp_path / "a.BMP")
    (tmp_path / "c.txt").write_text("no image")
    return tmp_path


def test_photographs_are_the_images_of_a_folder_by_name(folder: Path) -> None:
    assert [path.name for path in find_photographs(folder, 20, "SSIM")] == ["a.BMP", "b.png"]
    np.testing.assert_array_equal(read_photograph(folder / "b.png"), PHOTO)


def test_gray_is_read_as_colour(tmp_path: Path) -> None:
    Image.fromarray(PHOTO[:, :, 0]).save(tmp_path / "gray.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "gray.png"), PHOTO[:, :, :1].repeat(3, 2))


def test_photograph_too_small_to_be_judged_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.BMP is 30×20; SSIM needs 21 pixels each way"):
        find_photographs(folder, 21, "SSIM")


def test_folder_without_photographs_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"no image in {tmp_path}: no file ends in"):
        find_photographs(tmp_path, 1, "SSIM")
    with pytest.raises(FileNotFoundError, match="no folder nowhere"):
        find_photographs(Path("nowhere"), 1, "SSIM")


def test_broken_photograph_is_an_error(folder: Path) -> None:
    (folder / "b.png").write_bytes(b"\x89PNG")
    with pytest.raises(OSError, match=r"b\.png"):
        find_photographs(folder, 1, "SSIM")

"""Photos from a folder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.data import DataError
from training.photos import find_photos, load_photo, load_photos, split_photos, with_halves


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in (("b/2.png", (80, 60)), ("a/1.jpg", (30, 200)), ("a/3.AVIF", (64, 64))):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", size, (10, 200, 30)).save(path)
    (tmp_path / "a" / "notes.txt").write_text("no photo")
    return tmp_path


def test_photos_are_found_in_order_and_nothing_else(folder: Path) -> None:
    assert [path.name for path in find_photos(folder)] == ["1.jpg", "3.AVIF", "2.png"]


def test_too_small_ones_are_left_out(folder: Path) -> None:
    assert [tuple(photo.shape) for photo in load_photos(find_photos(folder), 60)] == [(3, 64, 64), (3, 60, 80)]
    with pytest.raises(DataError, match="none of 3 photos is as large as 300"):
        load_photos(find_photos(folder), 300)


def test_halves_follow_where_they_are_large_enough() -> None:
    photos = [torch.randint(256, (3, *size), dtype=torch.uint8) for size in ((39, 63), (41, 66))]
    *same, half = with_halves(photos, 20)
    assert all(one is other for one, other in zip(same, photos, strict=True))
    assert half.shape == (3, 20, 33) and half.dtype == torch.uint8
    assert abs(half[0, 3, 5] - photos[1][0, 6:8, 10:12].float().mean()) <= 0.5
    assert len(with_halves(photos, 21)) == 2


def test_pixels_are_the_file_s(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 31, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    assert np.array_equal(load_photo(tmp_path / "noise.png").permute(1, 2, 0).numpy(), pixels)


def test_an_empty_folder_and_a_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no photo in .*--images says where"):
        find_photos(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match=r"broken\.png cannot be read"):
        load_photo(tmp_path / "broken.png")


def test_a_twentieth_is_held_out() -> None:
    paths = [Path(str(i)) for i in range(100)]
    kept, held_out = split_photos(paths)
    assert len(held_out) == 5
    assert sorted(kept + held_out, key=lambda path: int(path.name)) == paths

"""How the magnetic tiles are found and split."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.anomaly.tiles import DEFECTS, Tiles, copy_fitted, find_tiles, group_by_tile, read_gray, read_mask
from tests.benchmarks.anomaly.tiles import EXPOSURES, SHOWN, write_tiles

FITTED_FILES, FITTED_TILES = 28, 9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiles(tmp_path / "tiles")


@pytest.fixture
def splits(folder: Path) -> tuple[Tiles, Tiles]:
    return find_tiles(folder)


def frame(exposure: int, number: int) -> Path:
    return Path(f"exp{exposure}_num_{number}.jpg")


def test_exposures_in_a_row_are_of_one_tile() -> None:
    one = [frame(1, 100), frame(2, 130), frame(3, 190)]
    gap = [frame(4, 251), frame(5, 260)]
    repeated = [frame(5, 270)]
    assert group_by_tile([*gap, *repeated, *one]) == [one, gap, repeated]


def test_frames_are_sorted_by_number() -> None:
    assert group_by_tile([frame(1, 1000), frame(1, 99)]) == [[frame(1, 99)], [frame(1, 1000)]]


def test_file_of_another_name_is_told() -> None:
    with pytest.raises(ValueError, match=r"tile\.jpg is not named after its exposure and frame"):
        group_by_tile([Path("tile.jpg")])


def test_each_good_image_is_fitted_or_tested(splits: tuple[Tiles, Tiles], folder: Path) -> None:
    for tiles, fitted in zip(splits, (FITTED_FILES, EXPOSURES * FITTED_TILES), strict=True):
        assert sorted([*tiles.fitted, *tiles.tested]) == sorted((folder / "free").iterdir())
        assert (tiles.split.fitted, tiles.split.tested) == (fitted, SHOWN * EXPOSURES - fitted)
        assert tiles.split.groups == SHOWN
        assert tiles.split.defects == dict.fromkeys(DEFECTS, 2)
        names = "\n".join(file.name for file in tiles.fitted)
        assert tiles.split.sha256 == hashlib.sha256(names.encode()).hexdigest()


def test_random_split_is_that_of_the_sorted_files(splits: tuple[Tiles, Tiles], folder: Path) -> None:
    files = sorted((folder / "free").iterdir())
    order = np.random.default_rng(0).permutation(len(files))
    assert splits[0].fitted == sorted(files[place] for place in order[:FITTED_FILES])


def test_tiles_are_known_in_one_split_and_new_in_the_other(splits: tuple[Tiles, Tiles]) -> None:
    at_random, by_tile = splits
    assert at_random.split.known > 0
    assert by_tile.split.known == 0
    fitted = {file.stem.partition("_num_")[2][:2] for file in by_tile.fitted}
    assert not fitted & {file.stem.partition("_num_")[2][:2] for file in by_tile.tested}


def test_split_is_the_same_again(splits: tuple[Tiles, Tiles], folder: Path) -> None:
    assert find_tiles(folder) == splits


def test_fitted_images_are_copied(splits: tuple[Tiles, Tiles], tmp_path: Path) -> None:
    copy_fitted(splits[0], tmp_path / "new" / "good")
    assert sorted(file.name for file in (tmp_path / "new" / "good").iterdir()) == [f.name for f in splits[0].fitted]
    with pytest.raises(FileExistsError):
        copy_fitted(splits[0], tmp_path / "new" / "good")


def test_mask_says_where_a_tile_is_defective(splits: tuple[Tiles, Tiles]) -> None:
    file = splits[0].defects["crack"][1]
    mask = read_mask(file)
    assert mask.shape == read_gray(file).shape[:2]
    assert mask.sum() == 24 * 24
    assert mask[20, 30]


def test_what_is_missing_is_told(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder nowhere"):
        find_tiles(Path("nowhere"))
    mask = next((folder / "fray").glob("*.png"))
    mask.unlink()
    with pytest.raises(FileNotFoundError, match=f"no mask {mask}"):
        find_tiles(folder)
    for file in (folder / "fray").iterdir():
        file.unlink()
    with pytest.raises(FileNotFoundError, match=r"fray: no file ends in \.jpg"):
        find_tiles(folder)


def test_colour_is_read_as_gray(tmp_path: Path) -> None:
    Image.new("RGB", (5, 4), "red").save(tmp_path / "red.png")
    assert read_gray(tmp_path / "red.png").shape == (4, 5, 1)

"""Tiles: each position once, each with what it depends on, so that a result in pieces is the whole one."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hourglass.models.tiles import Tile, part, tiles

multiples = st.sampled_from([1, 2, 4, 64])
grids = st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(2, 20), multiples)
"""Height, width and a tile's side, all in multiples of the last."""


def cover(grid: tuple[int, int, int, int]) -> Iterator[Tile]:
    *sides, multiple = grid
    height, width, side = (multiple * each for each in sides)
    return tiles(height, width, side, multiple)


@given(grids)
def test_each_position_is_covered_once(grid: tuple[int, int, int, int]) -> None:
    height, width, _, multiple = grid
    times = np.zeros((height * multiple, width * multiple), np.int32)
    for tile in cover(grid):
        tile.of(times)[:] += 1
    assert (times == 1).all()


@given(grids)
def test_tiles_are_cut_at_multiples_and_none_is_empty_or_too_large(grid: tuple[int, int, int, int]) -> None:
    _, _, side, multiple = grid
    for tile in cover(grid):
        for begin, end in ((tile.top, tile.bottom), (tile.left, tile.right)):
            assert begin % multiple == end % multiple == 0
            assert 0 < end - begin <= side * multiple


@given(grids)
def test_tiles_are_of_about_one_size(grid: tuple[int, int, int, int]) -> None:
    heights = [tile.bottom - tile.top for tile in cover(grid)]
    assert max(heights) - min(heights) <= grid[3]


def test_what_fits_is_one_tile() -> None:
    assert list(tiles(64, 128, 128, 64)) == [Tile(0, 64, 0, 128, 64, 128)]


def test_what_is_no_larger_than_a_tile_within_its_halo_is_one_tile() -> None:
    assert list(tiles(64, 160, 128, 1, halo=16)) == [Tile(0, 64, 0, 160, 64, 160)]
    assert len(list(tiles(64, 161, 128, 1, halo=16))) == 2


def test_halo_ends_where_the_grid_does() -> None:
    assert Tile(4, 8, 8, 12, 20, 14).grown(6) == Tile(0, 14, 2, 14, 20, 14)


@given(grids, st.integers(0, 30), st.integers(1, 16))
def test_scaling_down_undoes_scaling_up(grid: tuple[int, int, int, int], halo: int, scale: int) -> None:
    for tile in cover(grid):
        assert tile.grown(halo).scaled(up=scale) == tile.scaled(up=scale).grown(halo * scale)
        assert tile.scaled(up=scale).scaled(down=scale) == tile


def blur(image: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """A convolution, no two of whose weights are equal, with zeros around the image."""
    padded = np.pad(image, reach)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
    weights = np.arange(1, (2 * reach + 1) ** 2 + 1).reshape(2 * reach + 1, -1)
    return np.asarray(np.einsum("ijkl,kl->ij", windows, weights))


def in_tiles(image: NDArray[np.int64], reach: int, halo: int) -> NDArray[np.int64]:
    result = np.zeros_like(image)
    height, width = image.shape
    for tile in tiles(height, width, 8, 1):
        outer = tile.grown(halo)
        tile.of(result)[:] = tile.within(outer, blur(outer.of(image), reach))
    return result


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3), st.integers(0, 3))
def test_convolution_in_tiles_is_that_of_the_whole(height: int, width: int, reach: int, more: int) -> None:
    image = np.random.default_rng(height).integers(-99, 99, (height, width))
    assert np.array_equal(in_tiles(image, reach, halo=reach + more), blur(image, reach))


@pytest.mark.parametrize("reach", [1, 2, 3])
def test_a_halo_too_small_shows(reach: int) -> None:
    image = np.random.default_rng(0).integers(1, 99, (20, 20))
    assert not np.array_equal(in_tiles(image, reach, halo=reach - 1), blur(image, reach))


def test_coarse_results_are_cut_to_the_same_place() -> None:
    fine = np.arange(64 * 96).reshape(64, 96)
    coarse = fine.reshape(16, 4, 24, 4).sum((1, 3))
    for tile in tiles(64, 96, 32, 4):
        outer = tile.grown(8)
        part = outer.of(fine)
        rows, columns = part.shape
        summed = part.reshape(rows // 4, 4, columns // 4, 4).sum((1, 3))
        place = tile.scaled(down=4)
        assert np.array_equal(place.within(outer.scaled(down=4), summed), place.of(coarse))


def test_beyond_the_image_its_edge_is_repeated() -> None:
    planes = np.arange(6).reshape(1, 2, 3)
    found = part(planes, Tile(1, 4, 1, 5, 4, 5))
    assert found.tolist() == [[[4, 5, 5, 5]] * 3]

"""Heat maps in the size of their images."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.anomaly.contender import Hourglass
from benchmarks.anomaly.heat import draw_tiles, shown, spread_heat
from benchmarks.anomaly.tiles import DEFECTS, Tiles


def test_heat_is_spread_between_the_middles_of_cells() -> None:
    heat = np.array([[0, 1], [2, 3]], np.float32)
    wide = spread_heat(heat, 40, 60)
    assert wide.shape == (40, 60)
    assert wide[0, 0] == 0
    assert wide[-1, -1] == 3
    assert wide[10, 30] == pytest.approx(0.5 + 2 * 0.5 / 20, abs=0.05)
    assert (np.diff(wide, axis=0) >= 0).all()
    assert (np.diff(wide, axis=1) >= 0).all()


def test_a_tile_of_each_kind_is_drawn(tiles: tuple[Tiles, Tiles], tmp_path: Path) -> None:
    by_tile = tiles[1]
    assert list(shown(by_tile)) == ["free", *DEFECTS]
    assert shown(by_tile)["crack"] == by_tile.defects["crack"][1]  # the mask of the first is tiny
    hourglass = Hourglass()
    hourglass.fit([np.asarray(Image.open(file))[..., None] for file in by_tile.fitted])
    draw_tiles(hourglass, by_tile, tmp_path / "tiles.png")
    with Image.open(tmp_path / "tiles.png") as drawn:
        assert (np.asarray(drawn) == (0, 255, 255)).all(2).any()
        assert drawn.width > drawn.height

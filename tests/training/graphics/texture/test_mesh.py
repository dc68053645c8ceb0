"""Fences and nets."""

from random import Random

import numpy as np

from training.graphics.fields import axes
from training.graphics.texture.mesh import _to_hexagon, _to_line, mesh


def test_distances_repeat_and_reach_half_a_period() -> None:
    x = np.arange(40, dtype=np.float32)[None]
    distance = _to_line(x, 10)
    assert np.allclose(distance[0, [0, 5, 10, 12]], [0, 0.5, 0, 0.2], atol=1e-6)


def test_cells_of_a_honeycomb_have_six_neighbours() -> None:
    x, y = axes((400, 400))
    distance = _to_hexagon(x / 40.0, y / 40.0)
    assert distance.min() >= -1e-4 and abs(distance.max() - 0.5) < 0.01
    assert abs((distance < 0.25).mean() - 0.75) < 0.02  # an inner hexagon of half the width has a quarter of the area


def test_one_sees_through() -> None:
    for seed in range(10):
        pixels = np.asarray(mesh(Random(seed), (160, 160))).astype(int)
        steps = np.abs(np.diff(pixels, axis=1)).max(-1)
        assert (steps <= 6).mean() > 0.3 and (steps > 15).mean() > 0.01

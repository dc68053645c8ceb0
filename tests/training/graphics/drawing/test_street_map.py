"""Maps."""

from random import Random

import numpy as np

from training.graphics.drawing.street_map import _blob, _streets, street_map
from training.graphics.lettering.fonts import Fonts


def test_land_and_streets_make_up_most_of_a_map(fonts: Fonts) -> None:
    for seed in range(8):
        image = street_map(Random(seed), (256, 256), fonts)
        counts = sorted((count for count, _ in image.getcolors(65536) or []), reverse=True)
        assert sum(counts[:9]) > 0.6 * 65536
        assert len(counts) > 4


def test_large_streets_lie_over_small_ones() -> None:
    kinds = [kind for _, _, kind in _streets(Random(1), (300, 300), 40, 5, 0.3)]
    assert kinds == sorted(kinds) and len(set(kinds)) == 3


def test_a_shore_is_closed_around_its_centre() -> None:
    points = np.array(_blob(Random(1), 50, 60, 20))
    angles = np.unwrap(np.arctan2(points[:, 1] - 60, points[:, 0] - 50))
    assert (np.diff(angles) > 0).all() and angles[-1] - angles[0] < 2 * np.pi

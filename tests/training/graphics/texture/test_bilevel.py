"""Black and white only."""

from random import Random

import numpy as np
import pytest

from training.graphics.lettering.fonts import Fonts
from training.graphics.texture.bilevel import _BITS, _automaton, bilevel


def test_all_pixels_are_black_or_white(fonts: Fonts) -> None:
    for seed in range(40):
        pixels = np.asarray(bilevel(Random(seed), (90, 70), fonts))
        assert set(np.unique(pixels)) <= {0, 255} and (pixels == pixels[..., :1]).all()


@pytest.mark.parametrize("style", _BITS)
def test_bits_are_mixed_and_fill_any_size(style: str) -> None:
    for size in ((64, 48), (33, 70), (4, 4)):
        bits = _BITS[style](Random(1), size)
        assert bits.shape == size[::-1] and bits.dtype == bool
    bits = _BITS[style](Random(1), (120, 120))
    assert 0.05 < bits.mean() < 0.95


def test_an_automaton_s_cells_follow_from_the_three_above() -> None:
    for seed in range(6):
        bits = _automaton(Random(seed), (60, 40)).astype(int)
        above = 4 * np.roll(bits, 1, 1) + 2 * bits + np.roll(bits, -1, 1)
        for code in range(8):
            assert len(np.unique(bits[1:][above[:-1] == code])) <= 1

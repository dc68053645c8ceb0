"""Text screens."""

from random import Random

import numpy as np

from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.terminal import _TERMINAL, terminal


def test_screens_are_dark_and_light(fonts: Fonts) -> None:
    papers = [np.median(np.asarray(terminal(Random(seed), (160, 120), fonts))) for seed in range(40)]
    assert sum(paper < 80 for paper in papers) > 20
    assert sum(paper > 200 for paper in papers) > 0


def test_all_screens_have_lines_of_text(fonts: Fonts) -> None:
    for seed in range(10):
        pixels = np.asarray(terminal(Random(seed), (240, 240), fonts)).astype(int)
        rows = (np.abs(np.diff(pixels, axis=1)).max(-1) > 60).any(1)
        assert rows.mean() > 0.4


def test_lines_are_of_text_and_colours(fonts: Fonts) -> None:
    for line in _TERMINAL:
        for text, colour in line(Random(1), 80):
            assert text.isprintable() and (colour is None or 0 <= colour < 6)

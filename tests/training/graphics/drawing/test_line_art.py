"""Thin lines."""

from random import Random

import numpy as np
import pytest

from training.graphics.colours import pick_scheme
from training.graphics.drawing.line_art import _STROKES, _contours, line_art


@pytest.mark.parametrize("style", _STROKES)
def test_strokes_pass_through_the_image(style: str) -> None:
    for seed in range(5):
        strokes = _STROKES[style](Random(seed), (200, 150))
        inside = [0 <= x <= 200 and 0 <= y <= 150 for stroke in strokes for x, y in stroke]
        assert len(inside) >= 10 and np.mean(inside) > 0.1


def test_most_of_a_drawing_is_paper_or_ink() -> None:
    for seed in range(10):
        image = line_art(Random(seed), (200, 200))
        counts = sorted((count for count, _ in image.getcolors(40000) or []), reverse=True)
        assert len(counts) > 1 and sum(counts[:4]) > 0.5 * 40000


def test_contours_are_lines_and_engravings_half_ink() -> None:
    scheme = pick_scheme(Random(1))
    lines, engraved = (np.asarray(_contours(Random(2), (200, 200), scheme, engraved)) for engraved in (False, True))
    inked = [(pixels == scheme.ink).all(-1).mean() for pixels in (lines, engraved)]
    assert 0.01 < inked[0] < inked[1] < 0.8

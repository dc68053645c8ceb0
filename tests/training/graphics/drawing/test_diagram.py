"""Boxes and arrows."""

from random import Random

import numpy as np
import pytest

from training.graphics.colours import Scheme
from training.graphics.drawing import diagram as module
from training.graphics.drawing.diagram import diagram
from training.graphics.lettering.fonts import Fonts


def test_boxes_are_filled_and_outlined(fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Scheme((255, 255, 255), (0, 0, 0), (240, 240, 240), (128, 128, 128), ((255, 0, 0),) * 6)
    monkeypatch.setattr(module, "pick_scheme", lambda random: scheme)
    red = 0
    for seed in range(8):
        pixels = np.asarray(diagram(Random(seed), (400, 300), fonts)).astype(int)
        assert 0.005 < (pixels.max(-1) < 100).mean() < 0.4
        red += bool((pixels[..., 0] - pixels[..., 1] > 50).mean() > 0.01)
    assert 3 <= red <= 8


def test_an_image_too_small_for_two_boxes_has_one(fonts: Fonts) -> None:
    assert len(diagram(Random(0), (40, 40), fonts).getcolors(1600) or []) > 1

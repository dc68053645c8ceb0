"""Charts."""

from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from training.graphics.colours import Scheme, pick_scheme
from training.graphics.drawing import chart as module
from training.graphics.drawing.chart import chart
from training.graphics.lettering.fonts import Fonts

SCHEME = pick_scheme(Random(7))


@pytest.mark.parametrize("style", ["_bars", "_curves", "_areas", "_points", "_heat", "_pie"])
def test_a_plot_draws_in_its_box_in_the_colours_of_the_scheme(style: str) -> None:
    image = Image.new("RGB", (200, 160), SCHEME.paper)
    getattr(module, style)(ImageDraw.Draw(image), Random(3), (40, 30, 180, 130), 1, SCHEME)
    pixels = np.asarray(image)
    drawn = np.argwhere((pixels != SCHEME.paper).any(-1))
    assert len(drawn) > 100
    assert drawn.min(0).tolist() >= [24, 34] and drawn.max(0).tolist() <= [136, 186]
    if style != "_heat":
        assert {tuple(pixels[tuple(at)].tolist()) for at in drawn} <= {*SCHEME.accents, SCHEME.paper}


def test_charts_have_axes_and_labels(fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    def scheme(random: Random) -> Scheme:
        return Scheme((255, 255, 255), (0, 0, 0), (240, 240, 240), (128, 128, 128), ((255, 0, 0),) * 6)

    monkeypatch.setattr(module, "pick_scheme", scheme)
    for seed in range(6):
        pixels = np.asarray(chart(Random(seed), (300, 240), fonts)).astype(int)
        inked = (pixels.max(-1) < 140).sum()
        assert 100 < inked < 0.25 * 300 * 240

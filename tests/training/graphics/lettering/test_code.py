"""Code as editors show it."""

from random import Random

import numpy as np
import pytest
from PIL import Image

from training.graphics.colours import Scheme
from training.graphics.lettering import code as module
from training.graphics.lettering.code import code
from training.graphics.lettering.fonts import Fonts

GRAYS = Scheme((250,) * 3, (20,) * 3, (230,) * 3, (128,) * 3, ((60,) * 3, (80,) * 3, (100,) * 3, (120,) * 3))


def test_a_gray_scheme_gives_gray_pixels(fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pick_scheme", lambda random: GRAYS)
    monkeypatch.setattr(module, "pick_mode", lambda random: "smooth")
    for seed in range(6):
        pixels = np.asarray(code(Random(seed), (200, 150), fonts))
        assert (pixels == pixels[..., :1]).all() and len(np.unique(pixels)) > 5


def test_tokens_have_colours_of_the_scheme(fonts: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pick_mode", lambda random: "sharp")
    numbers = [len(_colours(code(Random(seed), (300, 300), fonts))) for seed in range(12)]
    assert max(numbers) >= 5 and max(numbers) <= 11


def _colours(image: Image.Image) -> set[object]:
    return {colour for _, colour in image.getcolors(90000) or []}

"""Halftones."""

from random import Random

import numpy as np

from training.graphics.texture.halftone import _screen, halftone


def test_a_screen_keeps_the_tone() -> None:
    tone = np.full((120, 120), 0.5, np.float32)
    for hard in (False, True):
        for lines in (False, True):
            assert abs(_screen(tone, 6, 30, hard, lines).mean() - 0.5) < 0.05
    assert len(np.unique(_screen(tone, 6, 30, True, False))) == 2


def test_darker_is_more_ink() -> None:
    tones = [_screen(np.full((90, 90), level, np.float32), 5, 45, True, False).mean() for level in (0.2, 0.5, 0.8)]
    assert tones == sorted(tones)


def test_some_are_of_one_ink_and_some_of_four() -> None:
    colours = []
    for seed in range(30):
        pixels = np.asarray(halftone(Random(seed), (80, 80)))
        colours.append(len(np.unique(pixels.reshape(-1, 3) // 128, axis=0)))
    assert min(colours) <= 2 and max(colours) >= 6

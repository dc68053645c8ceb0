"""Patterns."""

from random import Random

import numpy as np

from training.graphics.texture.pattern import _edges, _period, pattern


def test_periods_are_2_to_100_pixels() -> None:
    periods = [_period(Random(seed)) for seed in range(400)]
    assert 2 <= min(periods) < 2.2 and 80 < max(periods) <= 100
    assert sum(period == round(period) for period in periods) > 120


def test_edges_are_hard_or_smooth() -> None:
    wave = np.sin(np.linspace(0, 30, 500, dtype=np.float32))[None]
    levels = [len(np.unique(_edges(Random(seed), wave, 40))) for seed in range(30)]
    assert min(levels) == 2 and max(levels) > 100


def test_patterns_run_between_two_colours() -> None:
    for seed in range(30):
        pixels = np.asarray(pattern(Random(seed), (120, 90))).reshape(-1, 3).astype(float)
        away = pixels - pixels[0]
        assert np.linalg.matrix_rank(away, tol=90) <= 1


def test_patterns_repeat() -> None:
    peaks = []
    for seed in range(20):
        spectrum = np.abs(np.fft.fft2(np.asarray(pattern(Random(seed), (128, 128))).astype(float).sum(-1)))
        spectrum[0, 0] = 0
        peaks.append(spectrum.max() ** 2 / (spectrum**2).sum())
    assert np.median(peaks) > 0.1

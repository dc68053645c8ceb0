"""Tables."""

from random import Random

import numpy as np

from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.table import table


def test_rows_repeat(fonts: Fonts) -> None:
    """The rows of pixels between the rows of text are alike: the profile of edges has a period."""
    found = 0
    for seed in range(10):
        pixels = np.asarray(table(Random(seed), (256, 256), fonts)).astype(float).mean(-1)
        profile = np.abs(np.diff(pixels, axis=1)).mean(1)
        profile = profile - profile.mean()
        power = np.abs(np.fft.rfft(profile))[1:] ** 2
        found += bool(power.max() > 6 * power.mean())
    assert found >= 7

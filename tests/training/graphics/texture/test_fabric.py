"""Cloth."""

from random import Random

import numpy as np
import pytest

from training.graphics.texture.fabric import WEAVES, fabric


@pytest.mark.parametrize("name", WEAVES)
def test_each_thread_of_a_weave_goes_over_and_under(name: str) -> None:
    weave = np.array(WEAVES[name])
    assert set(np.unique(weave)) == {0, 1}
    for threads in (weave, weave.T):
        assert ((threads.sum(1) > 0) & (threads.sum(1) < threads.shape[1])).all()


def test_threads_repeat_both_ways() -> None:
    for seed in range(8):
        pixels = np.asarray(fabric(Random(seed), (128, 128))).astype(float).mean(-1)
        assert np.abs(np.diff(pixels, axis=0)).mean() > 0.5 and np.abs(np.diff(pixels, axis=1)).mean() > 0.5


def test_any_size_is_filled() -> None:
    assert fabric(Random(0), (33, 97)).size == (33, 97)

"""The scale that normal images set."""

import numpy as np
import pytest

from training.autoencoders.calibrate import FALSE_ALARM_RATE, QUANTILES, anomaly_scale


def test_thresholds_are_exceeded_by_the_share_asked_for() -> None:
    scores = np.random.default_rng(0).permutation(np.arange(5000, dtype=np.float32))
    scale = anomaly_scale(scores)
    assert (scale.images, len(scale.quantiles), scale.false_alarm_rate) == (5000, QUANTILES, FALSE_ALARM_RATE)
    for rate in (0.01, 0.1, 0.5):
        assert (scores > scale.threshold(rate)).mean() == pytest.approx(rate, abs=2e-4)


def test_few_images_keep_their_own_scores_and_a_rate_that_they_can_tell() -> None:
    scores = np.linspace(1, 2, 21, dtype=np.float32)
    scale = anomaly_scale(scores)
    assert scale.quantiles == pytest.approx(scores.tolist())
    assert scale.false_alarm_rate == 1 / 20
    assert scale.threshold() == pytest.approx(1.95)


def test_quantiles_are_written_in_six_digits() -> None:
    scale = anomaly_scale(np.full(10, 1 / 3, np.float32))
    assert scale.quantiles == [0.333333] * 10

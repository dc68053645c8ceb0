"""The scale of anomaly scores: thresholds and percentiles, and what so many images cannot tell."""

import pytest
from pydantic import ValidationError

from hourglass.errors import BadParameter
from hourglass.models.scale import AnomalyScale

SCALE = AnomalyScale(images=101, quantiles=[step / 100 for step in range(101)], false_alarm_rate=0.05)


def test_threshold_is_what_so_many_normal_images_exceed() -> None:
    assert SCALE.threshold() == pytest.approx(0.95)
    assert SCALE.threshold(0.2) == pytest.approx(0.8)


@pytest.mark.parametrize(("score", "percentile"), [(-1, 0), (0, 0), (0.255, 25.5), (1, 100), (9, 100)])
def test_percentile_is_the_share_of_normal_images_below(score: float, percentile: float) -> None:
    assert SCALE.percentile(score) == pytest.approx(percentile)


@pytest.mark.parametrize("rate", [0.009, 1])
def test_rate_that_cannot_be_told_is_refused(rate: float) -> None:
    says = r"at least 0\.01 and less than 1: the scale has 101 quantiles of 101 images"
    with pytest.raises(BadParameter, match=says) as caught:
        SCALE.threshold(rate)
    assert caught.value.parameter == "false_alarm_rate"


def test_few_images_tell_coarse_rates_only() -> None:
    few = [step / 9 for step in range(10)]
    assert AnomalyScale(images=10, quantiles=few, false_alarm_rate=0.12).least_rate == pytest.approx(1 / 9)
    with pytest.raises(ValidationError, match=r"so few images tell no rate below 0\.11"):
        AnomalyScale(images=10, quantiles=few, false_alarm_rate=0.1)
    with pytest.raises(ValidationError, match="images"):
        AnomalyScale(images=9, quantiles=few, false_alarm_rate=0.5)

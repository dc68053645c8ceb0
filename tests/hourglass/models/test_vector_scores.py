"""Anomaly scores: garments are normal, noise and digits are not, and the scale is that of the manifest."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.models.repository import Repository
from hourglass.models.results import Scored
from hourglass.models.vector import VectorModel
from tests.conftest import Labelled, model_of


@pytest.fixture(scope="module")
def model(repository: Repository) -> VectorModel:
    return model_of(repository, "fashion-undercomplete")


def score_all(model: VectorModel, images: NDArray[np.uint8]) -> list[Scored]:
    return [model.score(image) for image in images]


def test_percentiles_of_fresh_normal_images_are_spread_evenly(model: VectorModel, fresh: Labelled) -> None:
    percentiles = [each.percentile for each in score_all(model, fresh.images)]
    assert np.allclose(np.percentile(percentiles, [25, 50, 75]), [25, 50, 75], atol=5)
    assert 0 <= min(percentiles) <= max(percentiles) <= 100


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_false_alarms_on_fresh_normal_images_are_as_many_as_asked_for(
    model: VectorModel, fresh: Labelled, rate: float
) -> None:
    scale = model.scale
    alarms = np.mean([each.score > scale.threshold(rate) for each in score_all(model, fresh.images)])
    sampling = np.sqrt(rate * (1 - rate) * (1 / len(fresh.images) + 1 / scale.images))
    assert abs(alarms - rate) < 3 * sampling


def test_noise_is_anomalous(model: VectorModel) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 28, 28), np.uint8)
    scored = score_all(model, noise)
    assert all(each.anomalous for each in scored)
    assert {each.percentile for each in scored} == {100.0}


def test_digits_are_stranger_than_garments(model: VectorModel, fashion: Labelled, mnist: Labelled) -> None:
    digits, garments = (
        np.median([each.score for each in score_all(model, each_set.images)]) for each_set in (mnist, fashion)
    )
    assert digits > garments


def test_heat_is_where_the_garment_was_spoilt(model: VectorModel, fashion: Labelled) -> None:
    spoilt = fashion.images[:32].copy()
    spoilt[:, 2:5, 2:5] ^= 255
    for scored in score_all(model, spoilt):
        assert scored.heat.shape == (28, 28)
        assert scored.score == pytest.approx(scored.heat.mean())
        assert scored.heatmap.shape == (28, 28, 1)
        assert scored.boxes is None
    mean = np.mean([scored.heat for scored in score_all(model, spoilt)], axis=0)
    assert mean[2:5, 2:5].mean() > 4 * mean.mean()

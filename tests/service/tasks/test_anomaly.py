"""Anomaly scores: garments are normal, noise and digits are not, and the scale is that of the manifest."""

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray

from service.batching import Batcher
from service.metrics import Metrics
from service.repository import Model, Repository
from service.tasks.anomaly import Scored, score
from tests.conftest import Labelled


@pytest.fixture(scope="module")
def model(repository: Repository) -> Model:
    return repository.pick("anomaly-score", "fashion-undercomplete")


def score_all(model: Model, images: NDArray[np.uint8]) -> list[Scored]:
    async def scenario() -> list[Scored]:
        batcher = Batcher(1, 64, len(images), Metrics())
        threshold = model.manifest.anomaly.threshold()
        scored = await asyncio.gather(*(score(batcher, model, image[:, :, None], threshold) for image in images))
        await batcher.close()
        return scored

    return asyncio.run(scenario())


def test_percentiles_of_fresh_normal_images_are_spread_evenly(model: Model, fresh: Labelled) -> None:
    percentiles = [each.percentile for each in score_all(model, fresh.images)]
    assert np.allclose(np.percentile(percentiles, [25, 50, 75]), [25, 50, 75], atol=5)
    assert 0 <= min(percentiles) <= max(percentiles) <= 100


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_false_alarms_on_fresh_normal_images_are_as_many_as_asked_for(
    model: Model, fresh: Labelled, rate: float
) -> None:
    scale = model.manifest.anomaly
    alarms = np.mean([each.score > scale.threshold(rate) for each in score_all(model, fresh.images)])
    sampling = np.sqrt(rate * (1 - rate) * (1 / len(fresh.images) + 1 / scale.images))
    assert abs(alarms - rate) < 3 * sampling


def test_noise_is_anomalous(model: Model) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 28, 28), np.uint8)
    scored = score_all(model, noise)
    assert all(each.anomalous for each in scored)
    assert {each.percentile for each in scored} == {100.0}


def test_digits_are_stranger_than_garments(model: Model, fashion: Labelled, mnist: Labelled) -> None:
    digits, garments = (
        np.median([each.score for each in score_all(model, each_set.images)]) for each_set in (mnist, fashion)
    )
    assert digits > garments


def test_heat_is_where_the_garment_was_spoilt(model: Model, fashion: Labelled) -> None:
    spoilt = fashion.images[:32].copy()
    spoilt[:, 2:5, 2:5] ^= 255
    for scored in score_all(model, spoilt):
        assert scored.heat.shape == (28, 28)
        assert scored.score == pytest.approx(scored.heat.mean())
        assert scored.heatmap.shape == (28, 28, 1)
    mean = np.mean([scored.heat for scored in score_all(model, spoilt)], axis=0)
    assert mean[2:5, 2:5].mean() > 4 * mean.mean()

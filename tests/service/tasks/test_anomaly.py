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
        scored = await asyncio.gather(*(score(batcher, model, image[:, :, None]) for image in images))
        await batcher.close()
        return scored

    return asyncio.run(scenario())


def test_percentiles_of_normal_images_are_spread_evenly(model: Model, fashion: Labelled) -> None:
    percentiles = [each.percentile for each in score_all(model, fashion.images)]
    assert np.allclose(np.percentile(percentiles, [25, 50, 75]), [25, 50, 75], atol=8)
    assert 0 <= min(percentiles) <= max(percentiles) <= 100


def test_few_normal_images_are_above_the_threshold(model: Model, fashion: Labelled) -> None:
    anomalous = np.mean([each.anomalous for each in score_all(model, fashion.images)])
    assert anomalous <= model.manifest.anomaly.false_alarm_rate + 0.03


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

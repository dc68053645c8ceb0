"""Anomaly scores: garments are normal, noise and digits are not, and the scale is that of the manifest."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.imaging import Pixels
from hourglass.models.detector import Detector
from hourglass.models.repository import Model, Repository
from service.metrics import Metrics
from service.scheduling.batching import Batcher
from service.tasks.anomaly import Located, Scored, score, score_stretched
from tests.conftest import Labelled, model_of
from tests.hourglass.models.detectors import HOT, brightness, write_detector


@pytest.fixture(scope="module")
def model(repository: Repository) -> Model:
    return model_of(repository, "fashion-undercomplete")


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
        assert scored.boxes is None
    mean = np.mean([scored.heat for scored in score_all(model, spoilt)], axis=0)
    assert mean[2:5, 2:5].mean() > 4 * mean.mean()


@pytest.fixture
def detector(tmp_path: Path) -> Detector:
    return Detector(write_detector(tmp_path), "cpu")


def locate_all(detector: Detector, images: Pixels, batch: int) -> list[Located]:
    async def scenario() -> list[Located]:
        batcher = Batcher(1, batch, len(images), Metrics())
        found = await asyncio.gather(*(score_stretched(batcher, detector, each, 60, 90, 0.5) for each in images))
        await batcher.close()
        return found

    return asyncio.run(scenario())


def test_score_of_a_detector_is_its_mean_heat_on_its_scale(detector: Detector) -> None:
    images = (
        np.random.default_rng(0).integers(0, 256, (5, 128, 128, 1), np.uint8)
        // np.arange(1, 6, dtype=np.uint8)[:, None, None, None]
    )
    for image, found in zip(images, locate_all(detector, images, 64), strict=True):
        assert found.score == pytest.approx(brightness(image, 7, 7).mean(), rel=1e-5)
        assert found.percentile == pytest.approx(100 * found.score)
        assert found.anomalous is (found.score > 0.5)
        assert found.size == (60, 90)
        assert found.heatmap.shape == (60, 90, 1)


def test_score_of_a_detector_does_not_depend_on_the_batch(detector: Detector) -> None:
    images = np.random.default_rng(1).integers(0, 256, (9, 128, 128, 1), np.uint8)
    alone, some, all_ = ([each.score for each in locate_all(detector, images, batch)] for batch in (1, 4, 64))
    assert alone == pytest.approx(some, rel=1e-6)
    assert alone == pytest.approx(all_, rel=1e-6)


def test_bright_square_has_a_box_around_it(detector: Detector) -> None:
    image = np.zeros((1, 128, 128, 1), np.uint8)
    image[:, 40:56, 72:104] = 255  # cells 2 down, 4 and 5 across
    [found] = locate_all(detector, image, 1)
    [box] = found.boxes
    assert (box.left, box.top, box.right, box.bottom) == (90 * 72 // 128, 60 * 40 // 128, -(-90 * 104 // 128), 27)
    assert box.heat == pytest.approx(1 / HOT)
    row, column = np.unravel_index(found.heatmap.argmax(), (60, 90))
    assert box.top <= row < box.bottom
    assert box.left <= column < box.right

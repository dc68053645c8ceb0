"""Denoising: less noise than before, and as much of it as asked for."""

import asyncio

import numpy as np
import pytest

from hourglass.imaging import Pixels
from hourglass.models.repository import Model, Repository
from service.metrics import Metrics
from service.scheduling.batching import Batcher
from service.tasks.denoise import denoise
from tests.conftest import Labelled


@pytest.fixture(scope="module")
def noisy(fashion: Labelled) -> Pixels:
    noise = np.random.default_rng(0).normal(0, 0.5 * 255, (32, 28, 28))
    return (fashion.images[:32] + noise).clip(0, 255).astype(np.uint8)[:, :, :, None]


def clean(repository: Repository, images: Pixels, strength: int) -> Pixels:
    model = repository.pick("denoise", "fashion-denoising")
    assert isinstance(model, Model)

    async def scenario() -> Pixels:
        batcher = Batcher(1, 8, len(images), Metrics())
        cleaned = await asyncio.gather(*(denoise(batcher, model, image, strength) for image in images))
        await batcher.close()
        return np.stack(cleaned)

    return asyncio.run(scenario())


def error(one: Pixels, other: Pixels) -> float:
    return float(np.square(one.astype(float) - other).mean())


def test_noise_goes_and_the_garment_stays(repository: Repository, fashion: Labelled, noisy: Pixels) -> None:
    original = fashion.images[:32, :, :, None]
    assert error(clean(repository, noisy, 100), original) < error(noisy, original) / 3


def test_strength_0_changes_nothing(repository: Repository, noisy: Pixels) -> None:
    assert np.array_equal(clean(repository, noisy, 0), noisy)


def test_strength_is_the_share_of_the_way(repository: Repository, noisy: Pixels) -> None:
    full = clean(repository, noisy, 100).astype(float)
    expected = 0.75 * noisy + 0.25 * full
    assert np.abs(clean(repository, noisy, 25) - expected).max() <= 1

"""Sampling: the same seed gives the same images, a walk ends where it should, and bad vectors are named."""

import asyncio
import math

import numpy as np
import pytest

from hourglass.errors import BadParameter
from hourglass.models.repository import Model, Repository
from service.metrics import Metrics
from service.scheduling.batching import Batcher
from service.tasks.sample import as_latents, contact_sheet, draw, sample, walk


@pytest.fixture(scope="module")
def model(repository: Repository) -> Model:
    return repository.pick("sample", "fashion-variational")


def test_seed_decides_the_draw(model: Model) -> None:
    assert np.array_equal(draw(model, 5, 7, 1.0), draw(model, 5, 7, 1.0))
    assert not np.array_equal(draw(model, 5, 7, 1.0), draw(model, 5, 8, 1.0))
    assert np.array_equal(draw(model, 3, 7, 1.0), draw(model, 5, 7, 1.0)[:3])


def test_draw_is_standard_normal_times_temperature(model: Model) -> None:
    z = draw(model, 256, 0, 1.0)
    assert z.shape == (256, model.manifest.latent.size)
    assert abs(z.mean()) < 0.05
    assert abs(z.std() - 1) < 0.05
    assert np.allclose(draw(model, 256, 0, 0.5), 0.5 * z)
    assert not draw(model, 4, 0, 0.0).any()


def test_walk_goes_straight_from_end_to_end() -> None:
    start, end = np.zeros((1, 3), np.float32), np.array([[4, -8, 2]], np.float32)
    assert walk(start, end, 5).tolist() == [[0, 0, 0], [1, -2, 0.5], [2, -4, 1], [3, -6, 1.5], [4, -8, 2]]


def test_images_are_those_of_the_decoder(model: Model) -> None:
    async def scenario() -> None:
        batcher = Batcher(2, 4, 16, Metrics())
        z = draw(model, 9, 1, 1.0)
        images = await sample(batcher, model, z)
        assert np.abs(images.astype(int) - model.decode_pixels(z)).max() <= 1
        await batcher.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("vector", "says"),
    [
        ([0.0] * 3, "has 3 numbers"),
        ([], "has 0 numbers"),
        ([math.nan] * 40, "beyond a million"),
        ([-math.inf] * 40, "beyond a million"),
        ([1e7] * 40, "beyond a million"),
    ],
)
def test_bad_vector_is_named(model: Model, vector: list[float], says: str) -> None:
    good = [0.0] * model.manifest.latent.size
    vector = vector if len(vector) < 4 else (vector * 99)[: len(good)]
    assert as_latents(model, "z", [good]).dtype == np.float32
    with pytest.raises(BadParameter, match=f"vector 1 .*{says}") as caught:
        as_latents(model, "z", [good, vector])
    assert caught.value.parameter == "z"


@pytest.mark.parametrize(("count", "shape"), [(1, (2, 3)), (2, (2, 7)), (4, (5, 7)), (5, (5, 11))])
def test_contact_sheet_is_nearly_square(count: int, shape: tuple[int, int]) -> None:
    images = np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    sheet = contact_sheet(images)
    assert sheet.shape == (*shape, 1)
    assert [int((sheet == number).sum()) for number in range(1, count + 1)] == [6] * count
    assert sheet[:2, :3].min() == sheet[:2, :3].max() == 1

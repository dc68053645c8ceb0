"""Models of one size: they clean, they draw new images, and refuse what they cannot do."""

import math

import numpy as np
import pytest

from hourglass.errors import BadParameter, BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.repository import Repository
from hourglass.models.vector import VectorModel, walk
from tests.conftest import MODELS, Labelled, model_of


@pytest.fixture(scope="module")
def sampler(repository: Repository) -> VectorModel:
    return model_of(repository, "fashion-variational")


@pytest.fixture(scope="module")
def denoiser(repository: Repository) -> VectorModel:
    return model_of(repository, "fashion-denoising")


@pytest.fixture(scope="module")
def noisy(fashion: Labelled) -> Pixels:
    noise = np.random.default_rng(0).normal(0, 0.5 * 255, (32, 28, 28))
    return (fashion.images[:32] + noise).clip(0, 255).astype(np.uint8)[:, :, :, None]


def clean(denoiser: VectorModel, images: Pixels, strength: int) -> Pixels:
    return np.stack([denoiser.denoise(image, strength).picture.pixels for image in images])


def error(one: Pixels, other: Pixels) -> float:
    return float(np.square(one.astype(float) - other).mean())


def test_noise_goes_and_the_garment_stays(denoiser: VectorModel, fashion: Labelled, noisy: Pixels) -> None:
    original = fashion.images[:32, :, :, None]
    assert error(clean(denoiser, noisy, 100), original) < error(noisy, original) / 3


def test_strength_0_changes_nothing(denoiser: VectorModel, noisy: Pixels) -> None:
    assert np.array_equal(clean(denoiser, noisy, 0), noisy)


def test_strength_is_the_share_of_the_way(denoiser: VectorModel, noisy: Pixels) -> None:
    full = clean(denoiser, noisy, 100).astype(float)
    expected = 0.75 * noisy + 0.25 * full
    assert np.abs(clean(denoiser, noisy, 25) - expected).max() <= 1


def test_seed_decides_the_draw(sampler: VectorModel) -> None:
    assert np.array_equal(sampler.draw(5, 7, 1.0), sampler.draw(5, 7, 1.0))
    assert not np.array_equal(sampler.draw(5, 7, 1.0), sampler.draw(5, 8, 1.0))
    assert np.array_equal(sampler.draw(3, 7, 1.0), sampler.draw(5, 7, 1.0)[:3])


def test_draw_is_standard_normal_times_temperature(sampler: VectorModel) -> None:
    z = sampler.draw(256, 0, 1.0)
    assert z.shape == (256, sampler.latent_size)
    assert abs(z.mean()) < 0.05
    assert abs(z.std() - 1) < 0.05
    assert np.allclose(sampler.draw(256, 0, 0.5), 0.5 * z)
    assert not sampler.draw(4, 0, 0.0).any()


def test_walk_goes_straight_from_end_to_end() -> None:
    start, end = np.zeros((1, 3), np.float32), np.array([[4, -8, 2]], np.float32)
    assert walk(start, end, 5).tolist() == [[0, 0, 0], [1, -2, 0.5], [2, -4, 1], [3, -6, 1.5], [4, -8, 2]]


def test_images_are_those_of_the_decoder(sampler: VectorModel) -> None:
    images = sampler.sample(9, seed=1)
    assert np.array_equal(images, sampler.decode_pixels(sampler.draw(9, 1, 1.0)))
    assert images.shape == (9, 28, 28, 1)


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
def test_bad_vector_is_named(sampler: VectorModel, vector: list[float], says: str) -> None:
    good = [0.0] * sampler.latent_size
    vector = vector if len(vector) < 4 else (vector * 99)[: len(good)]
    assert sampler.latents("z", [good]).dtype == np.float32
    with pytest.raises(BadParameter, match=f"vector 1 .*{says}") as caught:
        sampler.latents("z", [good, vector])
    assert caught.value.parameter == "z"


def test_image_of_another_size_is_refused_or_resized(denoiser: VectorModel) -> None:
    large = np.full((56, 30, 3), 200, np.uint8)
    with pytest.raises(BadParameter, match="takes 28x28 pixels, the image has 30x56"):
        denoiser.denoise(large)
    done = denoiser.denoise(large, resize=True)
    assert done.picture.pixels.shape == (28, 28, 1)
    assert done.picture.dropped == ("size",)


def test_task_that_it_cannot_do_is_refused(denoiser: VectorModel, fashion: Labelled) -> None:
    with pytest.raises(BadParameter, match="quality: must be 1 to 100, not 0"):
        denoiser.encode(fashion.images[0], quality=0)
    with pytest.raises(BadParameter, match="strength: must be auto, or 0 to 100, not 101"):
        denoiser.denoise(fashion.images[0], strength=101)


def test_another_family_is_refused() -> None:
    with pytest.raises(BrokenModel, match="of family codec"):
        VectorModel.open(MODELS / "photo-codec")

"""Encoding real images: small files, closer to the original the higher the quality."""

import asyncio

import numpy as np
import pytest

from hourglass.bitstream.container import Container
from hourglass.models.levels import to_pixels
from hourglass.models.repository import Model, Repository
from service.metrics import Metrics
from service.scheduling.batching import Batcher
from service.tasks.decode import decompress
from service.tasks.encode import compress, encode
from tests.conftest import Labelled, model_of


@pytest.fixture(scope="module")
def model(repository: Repository) -> Model:
    return model_of(repository, "fashion-undercomplete")


def test_file_is_that_of_the_latent(model: Model, fashion: Labelled) -> None:
    async def scenario() -> None:
        batcher = Batcher(1, 8, 8, Metrics())
        pixels = fashion.images[0][:, :, None]
        encoded = await encode(batcher, model, pixels, 50)
        assert encoded.z is not None
        assert encoded.shape == encoded.z.shape == (32,)
        assert encoded.bitstream == compress(model, encoded.z, 50)
        assert encoded.bits_per_pixel == 8 * len(encoded.bitstream) / 784
        assert encoded.ratio == 784 / len(encoded.bitstream)
        await batcher.close()

    asyncio.run(scenario())


def test_header_says_what_decodes_it(model: Model) -> None:
    container, _ = Container.unpack(compress(model, np.zeros(32, np.float32), 42))
    assert (container.model, container.quality, container.width, container.height) == (model.identity, 42, 28, 28)


def test_higher_quality_is_larger_and_never_worse(model: Model, fashion: Labelled) -> None:
    pixels = fashion.images[:128, :, :, None]
    z = model.encode(pixels)
    sizes, errors, latent_errors = [], [], []
    for quality in (1, 20, 40, 60, 80, 100):
        files = [compress(model, each, quality) for each in z]
        decoded = np.stack([decompress(lambda _: model, file)[1] for file in files])
        sizes.append(sum(map(len, files)))
        latent_errors.append(float(np.square((decoded - z) / model.tables.step).mean()))
        errors.append(float(np.square(model.decode_pixels(decoded).astype(float) - pixels).mean()))
    assert sizes == sorted(sizes)
    assert latent_errors == sorted(latent_errors, reverse=True)
    assert errors == sorted(errors, reverse=True)


def test_best_quality_shows_what_the_model_would_without_quantisation(model: Model, fashion: Labelled) -> None:
    pixels = fashion.images[:64, :, :, None]
    z = model.encode(pixels)
    decoded = np.stack([decompress(lambda _: model, compress(model, each, 100))[1] for each in z])
    difference = model.decode_pixels(decoded).astype(int) - to_pixels(model.decoder(z))
    assert np.abs(difference).mean() < 1


def test_images_take_a_few_bytes(model: Model, fashion: Labelled) -> None:
    sizes = [len(compress(model, z, 50)) for z in model.encode(fashion.images[:, :, :, None])]
    assert 16 < np.mean(sizes) < 784 / 10

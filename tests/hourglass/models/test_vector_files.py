"""Files of vector models: the bytes alone are enough, and bytes that no encoder wrote never become an image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, NoSuchModel
from hourglass.models.levels import to_pixels
from hourglass.models.repository import Repository
from hourglass.models.runtime import Array
from hourglass.models.vector import VectorModel
from tests.conftest import MODELS, Labelled, model_of

INSTALLED = {each.name: each for each in Repository(MODELS, "cpu") if isinstance(each, VectorModel)}

models = st.sampled_from(list(INSTALLED.values()))


def identified(identity: bytes) -> VectorModel:
    for model in INSTALLED.values():
        if model.identity == identity:
            return model
    raise NoSuchModel


def decompress(file: bytes) -> Array:
    """The latent z of a file, by the model that its header names."""
    container = Container.unpack(file)
    return identified(container.model).decompress(container)


@given(models, st.integers(1, 100), st.data())
def test_any_latent_comes_back_as_its_cell(model: VectorModel, quality: int, data: st.DataObject) -> None:
    floats = st.floats(width=32, allow_nan=True, allow_infinity=True) | st.floats(-10, 10, width=32)
    z = data.draw(arrays(np.float32, model.manifest.latent.size, elements=floats))
    decoded = decompress(model.compress(z, quality))
    symbols = model.tables.quantise(z, quality)
    assert np.array_equal(decoded, model.tables.dequantise(symbols, quality))
    assert np.isfinite(decoded).all()


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Anything from noise to a sound header of an installed model with noise for its symbols."""
    noise = draw(st.binary(max_size=200))
    model = draw(models)
    side = st.sampled_from([1, 28, 65535])
    sections = draw(st.lists(st.binary(max_size=40), min_size=1, max_size=15))
    container = Container(model.identity, draw(st.integers(1, 100)), draw(side), draw(side), tuple(sections))
    sound = container.pack(np.zeros(model.manifest.latent.size, np.int32))
    return draw(st.sampled_from([noise, b"HGLS" + noise, sound, sound[:14] + noise, sound + noise]))


@given(files())
def test_any_bytes_are_refused_or_decode(data: bytes) -> None:
    try:
        z = decompress(data)
    except (BadBitstream, NoSuchModel):
        return
    assert z.shape == (identified(Container.unpack(data).model).latent_size,)


@pytest.fixture(scope="module")
def file(fashion: Labelled) -> bytes:
    model = INSTALLED["fashion-undercomplete"]
    return model.compress(model.encode_pixels(fashion.images[:1, :, :, None])[0], 50)


def test_every_changed_byte_is_noticed(file: bytes) -> None:
    for at in range(len(file)):
        for change in (1, 16, 128, 255):
            changed = bytearray(file)
            changed[at] ^= change
            with pytest.raises(NoSuchModel if 5 <= at < 9 else BadBitstream):
                decompress(bytes(changed))


def test_every_cut_and_extension_is_noticed(file: bytes) -> None:
    for changed in (*(file[:length] for length in range(len(file))), file + b"\0", b"\0" + file, file + file):
        with pytest.raises(BadBitstream):
            decompress(changed)


def pack(model: VectorModel, width: int, sections: int) -> bytes:
    symbols: NDArray[np.int32] = np.zeros(model.manifest.latent.size, np.int32)
    return Container(model.identity, 50, width, 28, (b"",) * sections).pack(symbols)


@pytest.mark.parametrize(("width", "sections"), [(29, 1), (28, 2)])
def test_header_that_its_model_would_not_write_is_refused(width: int, sections: int) -> None:
    model = INSTALLED["fashion-undercomplete"]
    with pytest.raises(BadBitstream, match="makes one section of 28x28"):
        decompress(pack(model, width, sections))


@pytest.fixture(scope="module")
def model(repository: Repository) -> VectorModel:
    return model_of(repository, "fashion-undercomplete")


def test_file_is_that_of_the_latent(model: VectorModel, fashion: Labelled) -> None:
    file = model.encode(fashion.images[0], 50)
    assert file.latent is not None
    assert file.shape == file.latent.shape == (32,)
    assert file == model.compress(file.latent, 50)
    assert file.bits_per_pixel == 8 * len(file) / 784
    assert file.ratio == 784 / len(file)


def test_header_says_what_decodes_it(model: VectorModel) -> None:
    container = Container.unpack(model.compress(np.zeros(32, np.float32), 42))
    assert (container.model, container.quality, container.width, container.height) == (model.identity, 42, 28, 28)


def test_higher_quality_is_larger_and_never_worse(model: VectorModel, fashion: Labelled) -> None:
    pixels = fashion.images[:128, :, :, None]
    z = model.encode_pixels(pixels)
    sizes, errors, latent_errors = [], [], []
    for quality in (1, 20, 40, 60, 80, 100):
        files = [model.compress(each, quality) for each in z]
        decoded = np.stack([decompress(file) for file in files])
        sizes.append(sum(map(len, files)))
        latent_errors.append(float(np.square((decoded - z) / model.tables.step).mean()))
        errors.append(float(np.square(model.decode_pixels(decoded).astype(float) - pixels).mean()))
    assert sizes == sorted(sizes)
    assert latent_errors == sorted(latent_errors, reverse=True)
    assert errors == sorted(errors, reverse=True)


def test_best_quality_shows_what_the_model_would_without_quantisation(model: VectorModel, fashion: Labelled) -> None:
    pixels = fashion.images[:64, :, :, None]
    z = model.encode_pixels(pixels)
    decoded = np.stack([decompress(model.compress(each, 100)) for each in z])
    difference = model.decode_pixels(decoded).astype(int) - to_pixels(model.g(z))
    assert np.abs(difference).mean() < 1


def test_images_take_a_few_bytes(model: VectorModel, fashion: Labelled) -> None:
    sizes = [len(model.compress(z, 50)) for z in model.encode_pixels(fashion.images[:, :, :, None])]
    assert 16 < np.mean(sizes) < 784 / 10

"""Decoding: the bytes alone are enough, and bytes that no encoder wrote never become an image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, NoSuchModel
from hourglass.models.repository import Model, Repository
from service.tasks.decode import decompress
from service.tasks.encode import compress
from tests.conftest import MODELS, Labelled

INSTALLED = {each.name: each for each in Repository(MODELS, "cpu") if isinstance(each, Model)}

models = st.sampled_from(list(INSTALLED.values()))


def identified(identity: bytes) -> Model:
    for model in INSTALLED.values():
        if model.identity == identity:
            return model
    raise NoSuchModel


@given(models, st.integers(1, 100), st.data())
def test_any_latent_comes_back_as_its_cell(model: Model, quality: int, data: st.DataObject) -> None:
    floats = st.floats(width=32, allow_nan=True, allow_infinity=True) | st.floats(-10, 10, width=32)
    z = data.draw(arrays(np.float32, model.manifest.latent.size, elements=floats))
    found, decoded = decompress(identified, compress(model, z, quality))
    assert found is model
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
        model, z = decompress(identified, data)
    except (BadBitstream, NoSuchModel):
        return
    assert z.shape == (model.manifest.latent.size,)


@pytest.fixture(scope="module")
def file(fashion: Labelled) -> bytes:
    model = INSTALLED["fashion-undercomplete"]
    return compress(model, model.encode(fashion.images[:1, :, :, None])[0], 50)


def test_every_changed_byte_is_noticed(file: bytes) -> None:
    for at in range(len(file)):
        for change in (1, 16, 128, 255):
            changed = bytearray(file)
            changed[at] ^= change
            with pytest.raises(NoSuchModel if 5 <= at < 9 else BadBitstream):
                decompress(identified, bytes(changed))


def test_every_cut_and_extension_is_noticed(file: bytes) -> None:
    for changed in (*(file[:length] for length in range(len(file))), file + b"\0", b"\0" + file, file + file):
        with pytest.raises(BadBitstream):
            decompress(identified, changed)


def pack(model: Model, width: int, sections: int) -> bytes:
    symbols: NDArray[np.int32] = np.zeros(model.manifest.latent.size, np.int32)
    return Container(model.identity, 50, width, 28, (b"",) * sections).pack(symbols)


@pytest.mark.parametrize(("width", "sections"), [(29, 1), (28, 2)])
def test_header_that_its_model_would_not_write_is_refused(width: int, sections: int) -> None:
    model = INSTALLED["fashion-undercomplete"]
    with pytest.raises(BadBitstream, match="makes one section of 28x28"):
        decompress(identified, pack(model, width, sections))

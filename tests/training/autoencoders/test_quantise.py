import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.models.installed import DEFAULT_QUALITY
from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.quantise import ADDED_ERROR, decoder_metric, make_tables, to_frequencies
from training.autoencoders.sparse import Sparse
from training.autoencoders.undercomplete import Undercomplete


@given(st.lists(st.integers(0, 60000), min_size=1, max_size=600).filter(any))
def test_frequencies_are_positive_and_fit(histogram: list[int]) -> None:
    frequencies = to_frequencies(np.array(histogram, np.int64))
    assert frequencies.dtype == np.uint16
    assert frequencies.min() >= 1
    assert frequencies.sum(dtype=np.int64) <= 1 << FREQUENCY_BITS


def test_the_metric_of_a_linear_decoder_is_its_columns_squared() -> None:
    model = Sparse(AutoencoderRecipe(epochs=1, latent=24, hidden=16, blocks=1))
    model.g.bias.data.fill_(0.5)
    z = 0.01 * torch.rand(10, 24)
    assert np.allclose(decoder_metric(model, z), 1, rtol=1e-3)


def test_rounding_costs_what_was_allowed() -> None:
    torch.manual_seed(0)
    model = Undercomplete(AutoencoderRecipe(epochs=1, latent=16, hidden=48, blocks=1)).eval()
    model.g.last.bias.data.fill_(0.5)
    z: NDArray[np.float32] = np.random.default_rng(0).standard_normal((4000, 16), np.float32)
    error = 1e-4
    tables = make_tables(model, z, error)
    back = np.stack([tables.dequantise(tables.quantise(each, DEFAULT_QUALITY), DEFAULT_QUALITY) for each in z])
    with torch.no_grad():
        difference = model.decode(torch.from_numpy(back)) - model.decode(torch.from_numpy(z))
    added = float(difference.square().sum()) / len(z) / PIXELS
    assert 0.5 * ADDED_ERROR * error < added < 1.5 * ADDED_ERROR * error

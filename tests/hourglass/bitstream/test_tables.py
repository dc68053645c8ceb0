"""Quantisation: any latent has symbols, the symbols a latent near it, and their frequencies are exact integers."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.bitstream.tables import COARSENESS, LatentTables, bins_per_cell
from hourglass.errors import BadBitstream, BrokenModel

qualities = st.integers(1, 100)
any_latent = arrays(np.float32, 3, elements=st.floats(width=32, allow_nan=True, allow_infinity=True))


@st.composite
def tables(draw: st.DrawFn) -> LatentTables:
    """Any sound tables of 3 latent numbers: alphabets of different lengths, also of a single bin."""
    bins = draw(st.integers(1, 300))
    counts = np.zeros((3, bins), np.uint16)
    for row in counts:
        used = draw(st.integers(1, bins))
        row[:used] = draw(arrays(np.uint16, used, elements=st.integers(1, (1 << FREQUENCY_BITS) // bins - 1)))
    step = draw(arrays(np.float32, 3, elements=st.floats(2**-10, 16, width=32)))
    first = draw(arrays(np.int32, 3, elements=st.integers(-5000, 5000)))
    return LatentTables(step, first, counts)


def test_quality_sets_the_cell() -> None:
    cells = [bins_per_cell(quality) for quality in range(1, 101)]
    assert all(cell % 2 for cell in cells)
    assert cells == sorted(cells, reverse=True)
    assert (bins_per_cell(1), bins_per_cell(50), bins_per_cell(100)) == (115, 11, 1)


def test_no_quality_is_so_near_a_rounding_that_machines_may_differ() -> None:
    exact = COARSENESS ** ((100 - np.arange(1, 101)) / 100)
    assert np.abs((exact - 1) / 2 % 1 - 0.5).min() > 1e-4


@given(tables(), any_latent, qualities)
def test_any_latent_has_symbols_of_the_alphabet(tables: LatentTables, z: NDArray[np.float32], quality: int) -> None:
    symbols = tables.quantise(z, quality)
    frequencies = tables.frequencies(quality)
    assert symbols.shape == (3,)
    assert np.take_along_axis(frequencies, symbols[:, None], axis=1).all()


@given(tables(), any_latent, qualities)
def test_decoded_latent_has_the_same_symbols(tables: LatentTables, z: NDArray[np.float32], quality: int) -> None:
    symbols = tables.quantise(z, quality)
    decoded = tables.dequantise(symbols, quality)
    assert np.isfinite(decoded).all()
    assert np.array_equal(tables.quantise(decoded, quality), symbols)


@given(tables(), qualities)
def test_frequencies_are_the_sums_of_their_bins(tables: LatentTables, quality: int) -> None:
    frequencies = tables.frequencies(quality)
    assert frequencies.dtype == np.uint32
    assert frequencies.shape[1] >= 2
    assert np.array_equal(frequencies.sum(axis=1), tables.counts.sum(axis=1))
    fine = (tables.first[0] + np.arange(np.count_nonzero(tables.counts[0]))).astype(np.float32)
    one_row = LatentTables(np.ones(1, np.float32), tables.first[:1], tables.counts[:1])
    symbols = [int(one_row.quantise(bin_[None], quality)[0]) for bin_ in fine]
    summed = np.bincount(symbols, tables.counts[0, : len(fine)])
    assert np.array_equal(summed, frequencies[0, : len(summed)])


@given(tables())
def test_best_quality_errs_by_half_a_step_at_most(tables: LatentTables) -> None:
    low, high = tables.first * tables.step, tables.last * tables.step
    z = (low + np.float32(0.37) * (high - low)).astype(np.float32)
    decoded = tables.dequantise(tables.quantise(z, 100), 100)
    assert np.all(np.abs(decoded - z) <= 0.5001 * tables.step + 1e-6 * np.abs(z))


def test_numbers_beyond_the_tables_go_to_the_nearest_cell() -> None:
    one = LatentTables(np.ones(4, np.float32), np.full(4, -2, np.int32), np.ones((4, 5), np.uint16))
    z = np.array([np.inf, -np.inf, np.nan, 1e30], np.float32)
    assert one.dequantise(one.quantise(z, 100), 100).tolist() == [2, -2, 0, 2]


@given(tables(), qualities)
def test_symbol_outside_its_alphabet_is_refused(tables: LatentTables, quality: int) -> None:
    frequencies = tables.frequencies(quality)
    for row in np.flatnonzero((frequencies == 0).any(axis=1)):
        symbols = np.zeros(3, np.int32)
        symbols[row] = frequencies.shape[1] - 1
        with pytest.raises(BadBitstream):
            tables.dequantise(symbols, quality)


@given(tables())
def test_what_is_written_is_read(tables: LatentTables) -> None:
    read = LatentTables.read(tables.write(), 3)
    for name in ("step", "first", "counts", "last"):
        assert np.array_equal(getattr(read, name), getattr(tables, name))


def saved(**changed: NDArray[np.generic]) -> bytes:
    good: dict[str, NDArray[np.generic]] = {
        "step": np.ones(2, np.float32),
        "first": np.zeros(2, np.int32),
        "counts": np.array([[5, 4, 0], [1, 1, 1]], np.uint16),
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{**good, **changed})
    return buffer.getvalue()


@pytest.mark.parametrize(
    "changed",
    [
        {"step": np.ones(3, np.float32)},
        {"step": np.ones(2, np.float64)},
        {"step": np.array([1, 0], np.float32)},
        {"step": np.array([1, np.nan], np.float32)},
        {"step": np.array([1, np.inf], np.float32)},
        {"first": np.array([0, 1 << 20], np.int32)},
        {"first": np.array([0, -(1 << 31)], np.int32)},
        {"counts": np.ones((2, 3), np.int32)},
        {"counts": np.ones((2, 4097), np.uint16)},
        {"counts": np.ones((2, 0), np.uint16)},
        {"counts": np.ones(2, np.uint16)},
        {"counts": np.array([[0, 1], [1, 1]], np.uint16)},
        {"counts": np.array([[1, 0, 1], [1, 1, 1]], np.uint16)},
        {"counts": np.array([[65535, 2], [1, 1]], np.uint16)},
    ],
    ids=lambda changed: " ".join(f"{name} {value.dtype} {value.shape}" for name, value in changed.items()),
)
def test_impossible_tables_are_refused(changed: dict[str, NDArray[np.generic]]) -> None:
    LatentTables.read(saved(), 2)
    with pytest.raises(BrokenModel):
        LatentTables.read(saved(**changed), 2)


def test_objects_are_never_unpickled() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=True, step=np.array([object()]))
    with pytest.raises(BrokenModel, match="pickle"):
        LatentTables.read(buffer.getvalue(), 2)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_refused(noise: bytes, at: int) -> None:
    good = saved()
    for data in (noise, good[:at] + noise):
        with pytest.raises(BrokenModel):
            LatentTables.read(data, 2)

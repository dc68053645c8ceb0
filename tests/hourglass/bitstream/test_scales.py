"""Symbols by scale: short, exact, escaped where the tables end, and safe from bytes that no encoder wrote."""

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.bitstream.scales import (
    EXCESS_BITS,
    MAX_REACH,
    SCALES,
    Index,
    ScaleTables,
    SymbolReader,
    Symbols,
    SymbolWriter,
)
from hourglass.errors import BadBitstream, BrokenModel


def laplacian(columns: int = 130) -> NDArray[np.uint16]:
    """Sound counts of 64 scales: ever wider distributions, with ever more reach."""
    counts = np.zeros((SCALES, columns), np.uint16)
    for row in range(SCALES):
        reach = min(1 + row, columns // 2 - 1)
        shape = np.exp(-np.abs(np.arange(-reach, reach + 1)) / (0.1 + row / 8))
        found = np.maximum(1, shape / shape.sum() * (60000 - 2 * reach)).astype(np.uint16)
        counts[row, : 2 * reach + 2] = [7, *found]
    return counts


COUNTS = laplacian()
TABLES = ScaleTables.read({"counts": COUNTS})


@dataclass(frozen=True)
class Given:
    """A part of a string: symbols [n] of scales [n]."""

    symbols: Symbols
    index: Index


@st.composite
def parts(draw: st.DrawFn, furthest: int = 1 << EXCESS_BITS) -> Given:
    """Small symbols, symbols at and beyond what their tables reach, and zeros of scale 0 between them."""
    index = draw(arrays(np.uint8, st.integers(0, 60), elements=st.integers(0, SCALES - 1)))
    beyond = draw(arrays(np.int32, len(index), elements=st.integers(-1, 0) | st.integers(-furthest, furthest)))
    near = draw(arrays(np.int32, len(index), elements=st.integers(-3, 3)))
    reach = TABLES.reach[index]
    far = np.where(beyond > 0, np.minimum(reach + beyond, reach + furthest), np.maximum(beyond, -1) - reach)
    symbols = np.where(draw(arrays(np.bool_, len(index))), far, near)
    return Given(np.where(index > 0, symbols, 0).astype(np.int32), index)


def write(*given_: Given) -> bytes:
    writer = SymbolWriter(TABLES)
    for part in given_:
        writer.write(part.symbols, part.index)
    return writer.finish()


def information(part: Given) -> float:
    """Bits by the counts themselves; an escape is followed by its sign and its excess."""
    bits = 0.0
    for symbol, scale in zip(part.symbols, part.index, strict=True):
        if scale:
            reach, row = TABLES.reach[scale], COUNTS[scale].astype(float)
            escaped = abs(symbol) > reach
            bits -= np.log2(row[0 if escaped else 1 + reach + symbol] / row.sum())
            bits += escaped * (1 + EXCESS_BITS)
    return bits


@given(st.lists(parts(), max_size=4))
def test_what_is_written_is_read(given_: list[Given]) -> None:
    reader = SymbolReader(TABLES, write(*given_))
    for part in given_:
        read = reader.read(part.index)
        assert read.dtype == np.int32
        assert np.array_equal(read, part.symbols)


@given(st.lists(parts(), max_size=4))
def test_string_is_as_short_as_its_information(given_: list[Given]) -> None:
    length = len(write(*given_))
    least = sum(information(part) for part in given_) / 8
    assert length <= least + 8 + least / 1000  # constriction ends on a word


def test_escapes_reach_their_limits() -> None:
    index = np.repeat(np.arange(1, SCALES, dtype=np.uint8), 4)
    reach = TABLES.reach[index]
    furthest = np.where(np.arange(len(index)) % 2, 1, -1) * (reach + np.where(np.arange(len(index)) % 4 < 2, 1, 32768))
    part = Given(furthest.astype(np.int32), index)
    assert np.array_equal(SymbolReader(TABLES, write(part)).read(index), part.symbols)


def test_scale_0_costs_nothing() -> None:
    index = np.zeros(1000, np.uint8)
    assert write(Given(np.zeros(1000, np.int32), index)) == b""
    assert not SymbolReader(TABLES, b"").read(index).any()


def test_nothing_is_no_bytes() -> None:
    assert write() == b""
    assert len(SymbolReader(TABLES, b"").read(np.zeros(0, np.uint8))) == 0


def test_zeros_at_the_end_are_left_out_and_read_all_the_same() -> None:
    random = np.random.default_rng(0)
    shortened = set()
    for _ in range(1000):
        index = random.integers(0, SCALES, random.integers(1, 40), dtype=np.uint8)
        symbols = np.where(index, random.integers(-1, 2, len(index)), 0).astype(np.int32)
        data = write(Given(symbols, index))
        assert not data.endswith(b"\0")
        assert np.array_equal(SymbolReader(TABLES, data).read(index), symbols)
        shortened.add(-len(data) % 4)
    assert shortened > {0}


@given(st.binary(max_size=200), parts())
@example(b"", Given(np.zeros(5, np.int32), np.full(5, 63, np.uint8)))
@example(b"\xff" * 64, Given(np.zeros(5, np.int32), np.full(5, 1, np.uint8)))
def test_any_bytes_are_read_or_refused(data: bytes, part: Given) -> None:
    try:
        symbols = SymbolReader(TABLES, data).read(part.index)
    except BadBitstream:
        return
    assert symbols.shape == part.index.shape
    assert np.all(np.abs(symbols) <= TABLES.reach[part.index] + (1 << EXCESS_BITS))
    assert not symbols[part.index == 0].any()


@given(parts(), st.data())
def test_cut_or_changed_bytes_are_read_or_refused(part: Given, data: st.DataObject) -> None:
    whole = bytearray(write(part))
    if whole:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(BadBitstream):
        assert SymbolReader(TABLES, cut).read(part.index).shape == part.index.shape


def test_costs_are_those_of_the_counts() -> None:
    columns = COUNTS.shape[1]
    for scale, symbol in ((1, 0), (1, 2), (9, -10), (63, 64)):
        part = Given(np.array([symbol], np.int32), np.array([scale], np.uint8))
        assert TABLES.costs[scale, columns + symbol] == pytest.approx(information(part), rel=1e-5)
    assert TABLES.costs[1, columns + 3] > 20  # an escape
    assert TABLES.costs[0, columns] == 0
    assert TABLES.costs[0, columns + 1] > 1000  # never worth it


def _changed(*columns: int, value: int) -> NDArray[np.uint16]:
    counts = COUNTS.copy()
    counts[5, list(columns)] = value
    return counts


UNSOUND: dict[str, NDArray[Any]] = {
    "of another type": COUNTS.astype(np.int32),
    "of one axis": COUNTS[0],
    "of 63 scales": COUNTS[:-1],
    "of too few columns": np.ones((SCALES, 2), np.uint16),
    "of too many columns": np.ones((SCALES, 2 * MAX_REACH + 4), np.uint16),
    "that sum to more than 2^16": _changed(1, value=(1 << FREQUENCY_BITS) - 1),
    "with gaps": _changed(3, 5, value=0),
    "with no escape": _changed(0, value=0),
    "that are lopsided": _changed(2 * 6 + 2, value=1),
    "of an empty scale": np.where(np.arange(SCALES)[:, None] == 0, 0, COUNTS).astype(np.uint16),
    "of the escape and one symbol": np.tile(np.array([9, 9, 0, 0], np.uint16), (SCALES, 1)),
}


@pytest.mark.parametrize("counts", UNSOUND.values(), ids=UNSOUND)
def test_unsound_counts_are_refused(counts: NDArray[Any]) -> None:
    with pytest.raises(BrokenModel):
        ScaleTables.read({"counts": counts})


def test_missing_counts_are_refused() -> None:
    with pytest.raises(BrokenModel):
        ScaleTables.read({})


@pytest.mark.parametrize("counts", [COUNTS, laplacian(4), laplacian(2 * MAX_REACH + 2)])
def test_likeliest_symbols_are_never_too_many_for_their_bytes(counts: NDArray[np.uint16]) -> None:
    tables = ScaleTables.read({"counts": counts})
    likeliest = counts.argmax(axis=1) - 1 - tables.reach
    for scales in (range(1, SCALES), [1], [SCALES - 1]):
        index = np.repeat(np.array(scales, np.uint8), 100_000 // len(scales))
        symbols = likeliest[index].astype(np.int32)
        writer = SymbolWriter(tables)
        writer.write(symbols, index)
        assert np.array_equal(SymbolReader(tables, writer.finish()).read(index), symbols)


@pytest.mark.parametrize("data", [b"", bytes(22), b"\x01" * 22])
def test_more_symbols_than_bytes_can_hold_are_refused(data: bytes) -> None:
    index = np.full(1_000_000, 40, np.uint8)
    with pytest.raises(BadBitstream, match="too short"):
        SymbolReader(TABLES, data).read(index)

"""Entropy coding: short, exact, the same bytes for ever, and safe from bytes that no encoder wrote."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.bitstream import entropy
from hourglass.bitstream.container import Container
from hourglass.bitstream.tables import LatentTables
from hourglass.errors import BadBitstream
from tests.conftest import FIXTURES

Coded = tuple[NDArray[np.int32], entropy.Frequencies]


@st.composite
def coded(draw: st.DrawFn) -> Coded:
    """Symbols, and the frequencies of each: short and long alphabets, certain and impossible symbols side by side."""
    size, alphabet = draw(st.integers(1, 60)), draw(st.integers(2, 200))
    frequencies = draw(arrays(np.uint32, (size, alphabet), elements=st.integers(0, 65536 // alphabet)))
    frequencies[:, 0] = np.maximum(frequencies[:, 0], 1)
    symbols = draw(arrays(np.int32, size, elements=st.integers(0, alphabet - 1)))
    chosen = np.take_along_axis(frequencies, symbols[:, None], axis=1)[:, 0]
    return np.where(chosen > 0, symbols, 0).astype(np.int32), frequencies


@given(coded())
def test_what_is_encoded_decodes(given_: Coded) -> None:
    symbols, frequencies = given_
    assert np.array_equal(entropy.decode(entropy.encode(symbols, frequencies), frequencies), symbols)


@given(coded())
def test_file_is_as_short_as_its_information(given_: Coded) -> None:
    symbols, frequencies = given_
    chosen = np.take_along_axis(frequencies, symbols[:, None], axis=1)
    information = -np.log2(chosen / frequencies.sum(axis=1, keepdims=True)).sum()
    assert len(entropy.encode(symbols, frequencies)) <= information / 8 + 2 + len(symbols) / 100


@given(st.binary(max_size=100), st.integers(1, 40), st.integers(2, 50))
def test_any_bytes_decode_or_are_refused(data: bytes, size: int, alphabet: int) -> None:
    frequencies = np.full((size, alphabet), 65536 // alphabet, np.uint32)
    try:
        symbols = entropy.decode(data, frequencies)
    except BadBitstream:
        return
    assert symbols.shape == (size,)
    assert 0 <= symbols.min() <= symbols.max() < alphabet


def test_symbols_that_could_be_no_other_take_no_bytes() -> None:
    tables = LatentTables(np.ones(5, np.float32), np.zeros(5, np.int32), np.full((5, 3), 20000, np.uint16))
    symbols = tables.quantise(np.zeros(5, np.float32), 1)
    section = entropy.encode(symbols, tables.frequencies(1))
    assert section == b""
    assert np.array_equal(entropy.decode(section, tables.frequencies(1)), symbols)


@dataclass(frozen=True)
class Golden:
    tables: LatentTables
    z: NDArray[np.float32]
    bitstreams: dict[int, bytes]


@pytest.fixture(scope="module")
def golden() -> Golden:
    stored = json.loads((FIXTURES / "golden.json").read_text(encoding="utf-8"))
    tables = LatentTables(
        np.array(stored["step"], np.float32), np.array(stored["first"], np.int32), np.array(stored["counts"], np.uint16)
    )
    files = {int(quality): bytes.fromhex(file) for quality, file in stored["bitstreams"].items()}
    return Golden(tables, np.array(stored["z"], np.float32), files)


def pack(tables: LatentTables, z: NDArray[np.float32], quality: int) -> bytes:
    symbols = tables.quantise(z, quality)
    section = entropy.encode(symbols, tables.frequencies(quality))
    return Container(b"gold", quality, 28, 28, (section,)).pack(symbols)


@pytest.mark.parametrize("quality", [1, 25, 50, 75, 100])
def test_bytes_never_change(golden: Golden, quality: int) -> None:
    assert pack(golden.tables, golden.z, quality) == golden.bitstreams[quality]


@pytest.mark.parametrize("quality", [1, 25, 50, 75, 100])
def test_stored_files_stay_readable(golden: Golden, quality: int) -> None:
    container = Container.unpack(golden.bitstreams[quality])
    symbols = entropy.decode(container.sections[0], golden.tables.frequencies(container.quality))
    container.verify(symbols)
    assert np.array_equal(symbols, golden.tables.quantise(golden.z, quality))


def test_golden_files_are_of_different_lengths(golden: Golden) -> None:
    lengths = [len(golden.bitstreams[quality]) for quality in (1, 25, 50, 75, 100)]
    assert lengths == sorted(set(lengths))

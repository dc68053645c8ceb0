"""The tables file of a codec: what is written is read, and a file that does not hold is refused."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hourglass.errors import BrokenModel
from hourglass.models.codec.tables import QUALITIES, CodecTables

LATENTS, HYPER = 6, 3


def saved(**changed: NDArray[Any]) -> bytes:
    good: dict[str, NDArray[Any]] = {
        "counts": np.tile(np.array([1, 9, 90, 9], np.uint16), (64, 1)),
        "offset": np.zeros((QUALITIES, LATENTS), np.int8),
        "hyper_index": np.full((QUALITIES, HYPER), 63, np.uint8),
        "hyper_mean": np.full((QUALITIES, HYPER), -127, np.int8),
        "penalty": np.ones((QUALITIES, LATENTS), np.float32),
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{**good, **changed})
    return buffer.getvalue()


def filled(columns: int, value: float, dtype: type[np.generic]) -> NDArray[Any]:
    """Zeros or ones but for one value."""
    array = np.ones((QUALITIES, columns), dtype)
    array[99, 1] = value
    return array


def test_what_is_written_is_read() -> None:
    tables = CodecTables.read(saved(), LATENTS, HYPER)
    again = CodecTables.read(tables.write(), LATENTS, HYPER)
    for name in ("offset", "hyper_index", "hyper_mean", "penalty"):
        assert np.array_equal(getattr(again, name), getattr(tables, name))
    assert np.array_equal(again.scales.counts, tables.scales.counts)


UNSOUND: dict[str, dict[str, NDArray[Any]]] = {
    "offset of another type": {"offset": np.zeros((QUALITIES, LATENTS), np.int16)},
    "offset of other latents": {"offset": np.zeros((QUALITIES, LATENTS + 1), np.int8)},
    "offset of 99 qualities": {"offset": np.zeros((QUALITIES - 1, LATENTS), np.int8)},
    "hyper_index of another type": {"hyper_index": np.zeros((QUALITIES, HYPER), np.int8)},
    "hyper_index of no scale": {"hyper_index": filled(HYPER, 64, np.uint8)},
    "hyper_mean of other channels": {"hyper_mean": np.zeros((QUALITIES, HYPER + 1), np.int8)},
    "hyper_mean beyond what z may be": {"hyper_mean": filled(HYPER, -128, np.int8)},
    "penalty of another type": {"penalty": np.ones((QUALITIES, LATENTS), np.float64)},
    "penalty zero": {"penalty": filled(LATENTS, 0, np.float32)},
    "penalty negative": {"penalty": filled(LATENTS, -1, np.float32)},
    "penalty infinite": {"penalty": filled(LATENTS, np.inf, np.float32)},
    "penalty no number": {"penalty": filled(LATENTS, np.nan, np.float32)},
    "counts of 63 scales": {"counts": np.ones((63, 4), np.uint16)},
}


@pytest.mark.parametrize("changed", UNSOUND.values(), ids=UNSOUND)
def test_unsound_tables_are_refused(changed: dict[str, NDArray[Any]]) -> None:
    with pytest.raises(BrokenModel):
        CodecTables.read(saved(**changed), LATENTS, HYPER)


@pytest.mark.parametrize("missing", ["counts", "offset", "hyper_index", "hyper_mean", "penalty"])
def test_missing_tables_are_refused(missing: str) -> None:
    with np.load(io.BytesIO(saved())) as file:
        others = {name: file[name] for name in file.files if name != missing}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **others)
    with pytest.raises(BrokenModel):
        CodecTables.read(buffer.getvalue(), LATENTS, HYPER)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_refused(noise: bytes, at: int) -> None:
    good = saved()
    for data in (noise, good[:at] + noise):
        with pytest.raises(BrokenModel):
            CodecTables.read(data, LATENTS, HYPER)

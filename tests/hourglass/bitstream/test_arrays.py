"""Forged npz files: refused at once, whatever they claim, and without the memory that they claim."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourglass.bitstream.arrays import MOST_BYTES, read_arrays
from hourglass.errors import BrokenModel

COUNTS = np.arange(12, dtype=np.uint16).reshape(3, 4)


def saved(**options: int) -> bytes:
    """A file with COUNTS."""
    return zipped(npy(COUNTS.shape, COUNTS.tobytes()), **options)


def npy(shape: object, content: bytes, dtype: str = "<u2") -> bytes:
    """A file of one array, which claims ``shape``."""
    head = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + content


def zipped(file: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("counts.npy", file)
    return buffer.getvalue()


def claiming(file: bytes, size: int) -> bytes:
    """The zip ``file``, whose directory claims that its member inflates to ``size`` bytes."""
    at = file.index(b"PK\x01\x02") + 24
    return file[:at] + struct.pack("<I", size) + file[at + 4 :]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_what_numpy_writes_is_read(write: Callable[..., None], order: Literal["C", "F"]) -> None:
    buffer = io.BytesIO()
    write(buffer, counts=np.array(COUNTS, order=order), step=np.array([0.5], np.float32))
    arrays = read_arrays(buffer.getvalue())
    assert set(arrays) == {"counts", "step"}
    assert np.array_equal(arrays["counts"], COUNTS)
    assert [arrays[name].dtype.str for name in ("counts", "step")] == ["<u2", "<f4"]


FORGED = {
    "shape of 400 GB": zipped(npy((200_000_000_000,), b"")),
    "shape of 400 GB in columns": zipped(npy((1 << 19, 400_000), bytes(100))),
    "negative shape": zipped(npy((-4, -3), COUNTS.tobytes())),
    "shape of words": zipped(npy(("a",), b"")),
    "member of 4 GB": claiming(saved(), 0xFFFFFFFE),
    "member that inflates to more than it claims": claiming(zipped(npy((1 << 29,), bytes(1 << 28))), 300),
    "member larger than any": zipped(npy((MOST_BYTES,), bytes(MOST_BYTES))),
    "another compression": saved(compression=zipfile.ZIP_LZMA),
    "objects": zipped(npy((1,), bytes(8), "|O")),
    "nothing at all an item": zipped(npy((1 << 40,), b"", "|V0")),
    "nested head": zipped(npy("(" * 3000, b"")),
    "negated head": zipped(b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"-" * 8999 + b"1"),
    "no array": zipped(b"x"),
    "no zip": b"x",
}


@pytest.mark.parametrize("file", FORGED.values(), ids=FORGED)
def test_forged_file_is_refused_without_the_memory_it_claims(file: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BrokenModel, match="entropy tables cannot be read: "):
            read_arrays(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MOST_BYTES


@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_bytes_are_no_arrays_file(noise: bytes, at: int) -> None:
    for data in (noise, saved()[:at] + noise):
        with pytest.raises(BrokenModel):
            read_arrays(data)


@given(st.integers(0, len(saved()) - 1), st.integers(0, 255))
def test_changed_byte_is_read_or_refused(at: int, value: int) -> None:
    changed = bytearray(saved())
    changed[at] = value
    try:
        arrays = read_arrays(bytes(changed))
    except BrokenModel:
        return
    assert sum(array.nbytes for array in arrays.values()) <= MOST_BYTES

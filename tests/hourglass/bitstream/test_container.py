"""The header and the check: what is written can be read, and nothing else can."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hourglass.bitstream.container import MAX_SECTIONS, MAX_SIDE, Container
from hourglass.errors import BadBitstream

SYMBOLS = np.array([3, 0, 255, 1], np.int32)
SMALL = Container(b"\x0a\x0b\x0c\x0d", 50, 28, 28, (b"section",))

sides = st.integers(1, MAX_SIDE)
containers = st.builds(
    Container,
    model=st.binary(min_size=4, max_size=4),
    quality=st.integers(1, 100),
    width=sides,
    height=sides,
    sections=st.lists(st.binary(max_size=300), min_size=1, max_size=MAX_SECTIONS).map(tuple),
)
symbol_lists = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20).map(lambda values: np.array(values, np.int32))


def open_file(data: bytes, symbols: NDArray[np.int32]) -> Container:
    container = Container.unpack(data)
    container.verify(symbols)
    return container


@given(containers, symbol_lists)
def test_what_is_packed_unpacks(container: Container, symbols: NDArray[np.int32]) -> None:
    assert open_file(container.pack(symbols), symbols) == container


@given(st.binary(min_size=4, max_size=4), st.integers(1, 100))
def test_header_of_a_28x28_image_is_16_bytes(model: bytes, quality: int) -> None:
    assert len(Container(model, quality, 28, 28, (b"",)).pack(SYMBOLS)) == 16


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda tail: b"HGLS\x11" + tail))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        container = Container.unpack(data)
    except BadBitstream:
        return
    assert 1 <= container.quality <= 100
    assert sum(map(len, container.sections)) <= len(data)


@given(containers, symbol_lists, st.data())
def test_changed_file_is_refused(container: Container, symbols: NDArray[np.int32], data: st.DataObject) -> None:
    file = bytearray(container.pack(symbols))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadBitstream):
        open_file(bytes(file), symbols)


def test_cut_and_lengthened_files_are_refused() -> None:
    file = SMALL.pack(SYMBOLS)
    for changed in (*(file[:length] for length in range(len(file))), file + b"\0", file + b"x"):
        with pytest.raises(BadBitstream):
            open_file(changed, SYMBOLS)


def test_other_symbols_are_refused() -> None:
    container = Container.unpack(SMALL.pack(SYMBOLS))
    container.verify(SYMBOLS)
    with pytest.raises(BadBitstream, match="damaged"):
        container.verify(SYMBOLS + np.int32(1))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "does not begin with HGLS"),
        (b"\x89PNG\r\n\x1a\n", "does not begin with HGLS"),
        (b"HGLS", "cut short"),
        (b"HGLS\x31abcd\x32\x1c\x1c\0\0\0\0", "version 3"),
        (b"HGLS\x20abcd\x32\x1c\x1c\0\0\0\0", "no section"),
        (b"HGLS\x10abcd\x32\x1c\x1c\0\0\0\0", "no section"),
        (b"HGLS\x11abcd\x00\x1c\x1c\0\0\0\0", "quality 0"),
        (b"HGLS\x11abcd\x65\x1c\x1c\0\0\0\0", "quality 101"),
        (b"HGLS\x11abcd\x32\x00\x1c\0\0\0\0", "0x28"),
        (b"HGLS\x11abcd\x32\x80\x80\x04\x1c\0\0\0\0", "65536x28"),
        (b"HGLS\x11abcd\x32\xff\xff\xff\xff\xff\0\0\0\0", "too long"),
        (b"HGLS\x11abcd\x32\x9c\x00\x1c\0\0\0\0", "shortest form"),
        (b"HGLS\x12abcd\x32\x1c\x1c\xff\xff\xff\x7f\0\0\0\0", "cut short"),
    ],
)
def test_each_field_is_checked(data: bytes, says: str) -> None:
    with pytest.raises(BadBitstream, match=says):
        Container.unpack(data)

"""What is stored beside a photo's pixels: it comes back as it was, and damage is refused."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from hourglass.bitstream.extras import MAX_METADATA_BYTES, MAX_PROFILE_BYTES, Extras
from hourglass.errors import BadBitstream

ROWS, COLUMNS = np.mgrid[:200, :300]
DISC = np.clip(100 - np.hypot(ROWS - 100, COLUMNS - 150), 0, 1)
"""A soft-edged disc, 1 inside."""

extras = st.builds(
    Extras,
    st.booleans(),
    st.none() | arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=20)),
    st.none() | st.binary(min_size=1, max_size=200),
    st.none() | st.binary(min_size=1, max_size=200),
    st.none() | st.binary(min_size=1, max_size=200),
)


def size(of: Extras) -> tuple[int, int]:
    return (1, 1) if of.alpha is None else (of.alpha.shape[1], of.alpha.shape[0])


def deflated(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def test_nothing_to_say_takes_nothing() -> None:
    assert Extras().pack() == []
    assert Extras.unpack([], 1, 1) == Extras()


def test_gray_takes_a_byte() -> None:
    assert Extras(gray=True).pack() == [b"\1"]


@given(extras)
def test_all_comes_back(before: Extras) -> None:
    after = Extras.unpack(before.pack(), *size(before))
    assert (after.gray, after.icc) == (before.gray, before.icc)
    assert (after.exif, after.xmp, after.version) == (before.exif, before.xmp, before.version)
    assert (after.alpha is None) is (before.alpha is None)
    assert np.array_equal(np.asarray(after.alpha), np.asarray(before.alpha))


@pytest.mark.parametrize(
    ("alpha", "most"),
    [
        (np.uint8(255 * DISC), 2000),
        (np.tile(np.arange(250, dtype=np.uint8), (200, 1)), 100),
        (np.tile(np.arange(250, dtype=np.uint8), (200, 1)).T, 100),
        ((ROWS // 2 + COLUMNS // 2).astype(np.uint8), 400),
        (np.zeros((1000, 1000), np.uint8), 1100),
    ],
    ids=["disc", "across", "down", "both", "empty"],
)
def test_smooth_alpha_is_small(alpha: np.ndarray, most: int) -> None:
    (_, section) = Extras(alpha=alpha).pack()
    assert len(section) < most


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1), (1, 1)])
def test_alpha_of_any_shape_comes_back(shape: tuple[int, int]) -> None:
    alpha = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    after = Extras.unpack(Extras(alpha=alpha).pack(), shape[1], shape[0])
    assert np.array_equal(np.asarray(after.alpha), alpha)


ALPHA = b"\0" + deflated(bytes(6))


@pytest.mark.parametrize(
    "sections",
    [
        [b""],
        [b"\0"],
        [b"\x08"],
        [b"\x20"],
        [b"\x08", deflated(b"")],
        [b"\x08", deflated(bytes(MAX_METADATA_BYTES + 1))],
        [b"\x10", deflated(bytes(MAX_METADATA_BYTES + 1))],
        [b"\x18", deflated(b"exif")],
        [b"\x81"],
        [b"\1\1"],
        [b"\1", b""],
        [b"\2"],
        [b"\2", b""],
        [b"\2", b"\0"],
        [b"\2", b"\4" + ALPHA[1:]],
        [b"\2", ALPHA + b"\0"],
        [b"\2", ALPHA[:-1]],
        [b"\2", b"\0" + deflated(bytes(5))],
        [b"\2", b"\0" + deflated(bytes(7))],
        [b"\2", b"\0" + deflated(bytes(100_000_000))],
        [b"\2", ALPHA, deflated(b"profile")],
        [b"\4", b""],
        [b"\4", deflated(b"")],
        [b"\4", deflated(bytes(MAX_PROFILE_BYTES + 1))],
        [b"\4", b"no deflated bytes"],
        [b"\6", ALPHA],
    ],
)
def test_what_was_never_packed_is_refused(sections: list[bytes]) -> None:
    with pytest.raises(BadBitstream):
        Extras.unpack(sections, 3, 2)


@given(st.lists(st.binary(max_size=30), max_size=4), st.integers(0, 31))
def test_any_bytes_are_refused_or_fit(sections: list[bytes], flags: int) -> None:
    for given_sections in (sections, [bytes([flags]), *sections]):
        try:
            found = Extras.unpack(given_sections, 3, 2)
        except BadBitstream:
            continue
        assert found.alpha is None or found.alpha.shape == (2, 3)
        assert found.icc is None or 0 < len(found.icc) <= MAX_PROFILE_BYTES
        assert all(held is None or 0 < len(held) <= MAX_METADATA_BYTES for held in (found.exif, found.xmp))


def test_longest_profile_comes_back() -> None:
    profile = bytes(MAX_PROFILE_BYTES)
    assert Extras.unpack(Extras(icc=profile).pack(), 1, 1).icc == profile


def test_longest_metadata_comes_back() -> None:
    full = bytes(MAX_METADATA_BYTES)
    after = Extras.unpack(Extras(exif=full, xmp=full).pack(), 1, 1)
    assert after.exif == after.xmp == full


def test_metadata_alone_needs_readers_of_the_second_version() -> None:
    assert Extras(True, np.zeros((1, 1), np.uint8), b"profile").version == 1
    assert Extras(exif=b"exif").version == Extras(xmp=b"xmp").version == 2

"""A photo there and back: any size, gray, alpha and profile."""

import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.bitstream.container import NO_SYMBOLS, Container
from hourglass.bitstream.extras import MAX_PROFILE_BYTES
from hourglass.errors import BadBitstream, TooLarge
from hourglass.imaging import Metadata, Picture, Pixels
from hourglass.models.codec import Codec
from hourglass.models.codec.codec import MOST_NUMBERS
from hourglass.models.results import Bitstream

ROWS, COLUMNS = np.mgrid[:70, :100]
PHOTO = np.stack([2 * COLUMNS, 3 * ROWS, COLUMNS + ROWS], axis=2).astype(np.uint8)
GRAY = PHOTO[:, :, 2:]
ALPHA = np.where(np.hypot(ROWS - 35, COLUMNS - 50) < 30, 255, COLUMNS).astype(np.uint8)


def round_trip(codec: Codec, picture: Picture, quality: int = 90) -> tuple[Bitstream, Picture]:
    file = codec.encode(picture, quality)
    return file, codec.decode(file)


def psnr(one: Pixels, other: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.square(one.astype(float) - other).mean()))


@pytest.mark.parametrize(("pixels", "least"), [(PHOTO, 30), (GRAY, 30), (PHOTO[:1, :1], 20), (PHOTO[:, :1], 20)])
def test_photo_of_any_size_comes_back(codec: Codec, pixels: Pixels, least: float) -> None:
    encoded, shown = round_trip(codec, Picture(pixels))
    assert shown.pixels.shape == pixels.shape
    assert psnr(shown.pixels, pixels) > least
    assert (shown.alpha, shown.icc, encoded.dropped) == (None, None, ())
    assert encoded.bits_per_pixel == 8 * len(encoded) / (pixels.shape[0] * pixels.shape[1])
    assert encoded.ratio == pixels.size / len(encoded)


@pytest.mark.parametrize("pixels", [PHOTO, GRAY], ids=["colour", "gray"])
def test_psnr_is_that_of_what_is_shown(codec: Codec, pixels: Pixels) -> None:
    encoded, shown = round_trip(codec, Picture(pixels))
    assert encoded.psnr == pytest.approx(psnr(shown.pixels, pixels), abs=0.001)


@pytest.mark.parametrize("pixels", [PHOTO, GRAY], ids=["colour", "gray"])
@pytest.mark.parametrize("alpha", [None, ALPHA], ids=["opaque", "see-through"])
@pytest.mark.parametrize("icc", [None, b"profile"])
def test_all_beside_the_pixels_survives(
    codec: Codec, pixels: Pixels, alpha: NDArray[np.uint8] | None, icc: bytes | None
) -> None:
    encoded, shown = round_trip(codec, Picture(pixels, alpha, icc))
    assert (shown.alpha is None) is (alpha is None)
    assert np.array_equal(np.asarray(shown.alpha), np.asarray(alpha))
    assert shown.icc == icc
    assert encoded.dropped == ()


EXIF = b"MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\4Me!\0\0\0\0\0"


@pytest.mark.parametrize("exif", [None, EXIF])
@pytest.mark.parametrize("xmp", [None, b"<x:xmpmeta/>"])
def test_metadata_survives(codec: Codec, exif: bytes | None, xmp: bytes | None) -> None:
    encoded, shown = round_trip(codec, Picture(PHOTO, metadata=Metadata(exif, xmp)))
    assert shown.metadata == Metadata(exif, xmp)
    assert Container.unpack(encoded).version == (2 if exif or xmp else 1)
    plain, _ = round_trip(codec, Picture(PHOTO))
    assert (len(encoded) > len(plain)) is (exif is not None or xmp is not None)


@pytest.mark.parametrize(
    ("extra", "version"),
    [([b"\x08", b"nonsense"], 2), ([b"\1"], 2), ([], 2), ([b"\x08", zlib.compress(EXIF, wbits=-15)], 1)],
    ids=["no EXIF", "gray of version 2", "nothing of version 2", "EXIF of version 1"],
)
def test_what_no_version_holds_is_refused(codec: Codec, extra: list[bytes], version: int) -> None:
    coded, *_ = Container.unpack(codec.encode(Picture(PHOTO), 90)).sections
    file = Container(codec.identity, 90, 100, 70, (coded, *extra), version=version).pack(NO_SYMBOLS)
    with pytest.raises(BadBitstream, match="beside the image"):
        codec.decode(file)


def test_exif_that_cannot_be_read_is_refused(codec: Codec) -> None:
    coded, *_ = Container.unpack(codec.encode(Picture(PHOTO), 90)).sections
    sections = coded, b"\x08", zlib.compress(b"nonsense", wbits=-15)
    file = Container(codec.identity, 90, 100, 70, sections, version=2).pack(NO_SYMBOLS)
    with pytest.raises(BadBitstream, match="beside the image"):
        codec.decode(file)


def test_colors_that_nobody_sees_cost_little(codec: Codec) -> None:
    noise = np.random.default_rng(0).integers(0, 256, PHOTO.shape, np.uint8)
    alpha = np.where(np.hypot(ROWS - 35, COLUMNS - 50) < 20, 255, 0).astype(np.uint8)
    hidden = np.where((alpha > 0)[:, :, None], PHOTO, noise)
    encoded, shown = round_trip(codec, Picture(hidden, alpha), 50)
    assert len(encoded) < len(codec.encode(Picture(hidden), 50)) / 3
    assert np.array_equal(np.asarray(shown.alpha), alpha)
    assert psnr(shown.pixels[alpha > 0], PHOTO[alpha > 0]) > 28


def test_profile_too_long_is_dropped_and_told(codec: Codec) -> None:
    encoded, shown = round_trip(codec, Picture(PHOTO, icc=bytes(MAX_PROFILE_BYTES + 1)))
    assert shown.icc is None
    assert encoded.dropped == ("color profile",)


def test_what_was_lost_before_is_told_too(codec: Codec) -> None:
    assert round_trip(codec, Picture(PHOTO, dropped=("alpha",)))[0].dropped == ("alpha",)


def test_side_too_long_for_the_file_is_refused(codec: Codec) -> None:
    with pytest.raises(TooLarge, match=r"65536x1.*65535 a side"):
        round_trip(codec, Picture(np.zeros((1, 65536, 3), np.uint8)))


def test_latent_is_told_unless_it_is_large(codec: Codec) -> None:
    small, _ = round_trip(codec, Picture(PHOTO[:64, :64]))
    assert small.latent is not None
    assert small.latent.shape == small.shape == (small.latent.shape[0], 4, 4)
    large, _ = round_trip(codec, Picture(np.tile(PHOTO, (6, 5, 1))))
    assert np.prod(large.shape) > MOST_NUMBERS
    assert large.latent is None


def test_damaged_photo_is_refused(codec: Codec) -> None:
    file, _ = round_trip(codec, Picture(GRAY, ALPHA, b"profile"))
    for at in {*range(9, 40), *range(40, len(file), 7), *range(len(file) - 20, len(file))}:
        changed = bytearray(file)
        changed[at] ^= 0x55
        for damaged in (bytes(changed), file[:at]):
            with pytest.raises(BadBitstream):
                codec.decode(damaged)

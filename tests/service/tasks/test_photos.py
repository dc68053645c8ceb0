"""A photo there and back: any size, gray, alpha and profile, through the tasks that serve it."""

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.bitstream.extras import MAX_PROFILE_BYTES
from hourglass.errors import BadBitstream, TooLarge
from hourglass.imaging import Picture, Pixels
from hourglass.models.codec import Codec
from hourglass.models.repository import Repository
from service.metrics import Metrics
from service.scheduling.batching import Batcher
from service.tasks.decode import decode
from service.tasks.encode import MOST_NUMBERS, Encoded, encode_photo
from tests.conftest import MODELS

ROWS, COLUMNS = np.mgrid[:70, :100]
PHOTO = np.stack([2 * COLUMNS, 3 * ROWS, COLUMNS + ROWS], axis=2).astype(np.uint8)
GRAY = PHOTO[:, :, 2:]
ALPHA = np.where(np.hypot(ROWS - 35, COLUMNS - 50) < 30, 255, COLUMNS).astype(np.uint8)


@pytest.fixture(scope="module")
def repository() -> Repository:
    return Repository(MODELS, "cpu")


def round_trip(repository: Repository, picture: Picture, quality: int = 90) -> tuple[Encoded, list[str], Picture]:
    codec = repository.named("photo-codec")
    assert isinstance(codec, Codec)

    async def scenario() -> tuple[Encoded, list[str], Picture]:
        batcher = Batcher(1, 8, 8, Metrics())
        encoded, dropped = await encode_photo(batcher, codec, picture, quality)
        shown = await decode(batcher, repository, encoded.bitstream)
        await batcher.close()
        return encoded, dropped, shown

    return asyncio.run(scenario())


def psnr(one: Pixels, other: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.square(one.astype(float) - other).mean()))


@pytest.mark.parametrize(("pixels", "least"), [(PHOTO, 30), (GRAY, 30), (PHOTO[:1, :1], 20), (PHOTO[:, :1], 20)])
def test_photo_of_any_size_comes_back(repository: Repository, pixels: Pixels, least: float) -> None:
    encoded, dropped, shown = round_trip(repository, Picture(pixels))
    assert shown.pixels.shape == pixels.shape
    assert psnr(shown.pixels, pixels) > least
    assert (shown.alpha, shown.icc, dropped) == (None, None, [])
    assert encoded.bits_per_pixel == 8 * len(encoded.bitstream) / (pixels.shape[0] * pixels.shape[1])
    assert encoded.ratio == pixels.size / len(encoded.bitstream)


def test_psnr_is_that_of_what_is_shown(repository: Repository) -> None:
    encoded, _, shown = round_trip(repository, Picture(PHOTO))
    assert encoded.psnr == pytest.approx(psnr(shown.pixels, PHOTO), abs=0.01)


@pytest.mark.parametrize("pixels", [PHOTO, GRAY], ids=["colour", "gray"])
@pytest.mark.parametrize("alpha", [None, ALPHA], ids=["opaque", "see-through"])
@pytest.mark.parametrize("icc", [None, b"profile"])
def test_all_beside_the_pixels_survives(
    repository: Repository, pixels: Pixels, alpha: NDArray[np.uint8] | None, icc: bytes | None
) -> None:
    _, dropped, shown = round_trip(repository, Picture(pixels, alpha, icc))
    assert (shown.alpha is None) is (alpha is None)
    assert np.array_equal(np.asarray(shown.alpha), np.asarray(alpha))
    assert shown.icc == icc
    assert dropped == []


def test_profile_too_long_is_dropped_and_told(repository: Repository) -> None:
    _, dropped, shown = round_trip(repository, Picture(PHOTO, icc=bytes(MAX_PROFILE_BYTES + 1)))
    assert shown.icc is None
    assert dropped == ["color profile"]


def test_what_was_lost_before_is_told_too(repository: Repository) -> None:
    assert round_trip(repository, Picture(PHOTO, dropped=("alpha",)))[1] == ["alpha"]


def test_side_too_long_for_the_file_is_refused(repository: Repository) -> None:
    with pytest.raises(TooLarge, match=r"65536x1.*65535 a side"):
        round_trip(repository, Picture(np.zeros((1, 65536, 3), np.uint8)))


def test_latent_is_told_unless_it_is_large(repository: Repository) -> None:
    small, _, _ = round_trip(repository, Picture(PHOTO[:64, :64]))
    assert small.z is not None
    assert small.z.shape == small.shape == (small.z.shape[0], 4, 4)
    large, _, _ = round_trip(repository, Picture(np.tile(PHOTO, (6, 5, 1))))
    assert np.prod(large.shape) > MOST_NUMBERS
    assert large.z is None


def test_damaged_photo_is_refused_and_its_model_stays(repository: Repository) -> None:
    file = round_trip(repository, Picture(GRAY, ALPHA, b"profile"))[0].bitstream

    async def scenario() -> None:
        batcher = Batcher(1, 8, 8, Metrics())
        for at in {*range(9, 40), *range(40, len(file), 7), *range(len(file) - 20, len(file))}:
            changed = bytearray(file)
            changed[at] ^= 0x55
            for damaged in (bytes(changed), file[:at]):
                with pytest.raises(BadBitstream):
                    await decode(batcher, repository, damaged)
        assert batcher.recovery.ailing == []
        await batcher.close()

    asyncio.run(scenario())

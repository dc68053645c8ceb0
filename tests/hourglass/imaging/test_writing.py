"""Pictures are written so that nothing is lost unsaid."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.errors import NotAcceptable
from hourglass.imaging import MAX_BYTES, MediaType, Metadata, Picture, Pixels, lost_in, over_black, write_image
from tests.conftest import from_file
from tests.hourglass.imaging.samples import COLOURS, GARMENT, GRAY, SRGB, read


@pytest.mark.parametrize("media_type", ["image/png", "image/webp"])
@pytest.mark.parametrize("pixels", [GARMENT[:, :, None], COLOURS], ids=["gray", "colour"])
@pytest.mark.parametrize("alpha", [None, GARMENT], ids=["opaque", "see-through"])
def test_lossless_answers_hold_all(media_type: MediaType, pixels: Pixels, alpha: NDArray[np.uint8] | None) -> None:
    picture = Picture(pixels, alpha, SRGB if pixels is COLOURS else None)
    written = read(write_image(picture, media_type))
    assert np.array_equal(np.broadcast_to(pixels, written.pixels.shape), written.pixels)
    assert (written.alpha is None) is (alpha is None)
    assert np.array_equal(np.asarray(written.alpha), np.asarray(alpha))
    assert written.icc == picture.icc
    assert lost_in(picture, media_type) == []


def test_jpeg_answers_are_close_to_what_shows() -> None:
    picture = Picture(COLOURS, GARMENT, SRGB)
    written = read(write_image(picture, "image/jpeg"))
    assert np.abs(written.pixels.astype(int) - over_black(COLOURS, GARMENT)).mean() < 8
    assert written.icc == SRGB
    assert lost_in(picture, "image/jpeg") == ["alpha"]


def test_profile_of_gray_is_not_put_into_a_webp_of_colours() -> None:
    picture = Picture(GARMENT[:, :, None], icc=GRAY)
    assert read(write_image(picture, "image/png")).icc == GRAY
    assert lost_in(picture, "image/webp") == ["color profile"]
    assert read(write_image(picture, "image/webp")).icc is None


@pytest.mark.parametrize(
    ("media_type", "longest"), [("image/webp", 16383), ("image/jpeg", 65500), ("image/avif", 16384)]
)
def test_image_too_long_for_a_format_is_refused(media_type: MediaType, longest: int) -> None:
    line = np.zeros((1, longest + 1, 1), np.uint8)
    assert from_file(write_image(Picture(line[:, 1:]), media_type)).shape[1] == longest
    with pytest.raises(NotAcceptable, match=f"{longest} pixels a side.*image/png"):
        write_image(Picture(line), media_type)
    assert from_file(write_image(Picture(line), "image/png")).shape[1] == longest + 1


def test_avif_is_close_to_what_it_was_and_keeps_alpha_and_profile() -> None:
    picture = Picture(COLOURS, GARMENT, SRGB)
    written = read(write_image(picture, "image/avif"))
    assert np.abs(written.pixels.astype(int) - COLOURS)[GARMENT > 0].mean() < 8
    assert np.abs(np.asarray(written.alpha).astype(int) - GARMENT).mean() < 2
    assert written.icc == SRGB
    assert lost_in(picture, "image/avif") == []


@pytest.mark.parametrize("media_type", ["image/png", "image/webp", "image/jpeg", "image/avif"])
def test_longest_metadata_has_room(media_type: MediaType) -> None:
    metadata = Metadata(xmp=b"x" * MAX_BYTES)
    assert read(write_image(Picture(COLOURS, metadata=metadata), media_type)).metadata == metadata

"""HEIC, where its extra is installed: ``make test-heic`` installs it."""

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadImage, HourglassError, UnsupportedMedia
from hourglass.imaging import FORMATS, open_image
from tests.conftest import FIXTURES
from tests.hourglass.imaging.samples import MAX_PIXELS, PICTURES, read

HEIC = (PICTURES / "photo.heic").read_bytes()
PHOTO = FIXTURES.parents[1] / "docs" / "images" / "photo.jpg"

installed = pytest.mark.skipif("HEIF" not in FORMATS, reason="the extra heic is not installed: make test-heic")


def test_heic_that_is_not_taken_is_called_so() -> None:
    with pytest.raises(UnsupportedMedia, match="this is HEIC; taken are: PNG"):
        open_image(HEIC, frozenset({"PNG"}), MAX_PIXELS)


@installed
def test_photo_is_what_it_was() -> None:
    with Image.open(PHOTO) as image:
        expected = np.asarray(image.convert("RGB").resize((384, 256), Image.Resampling.LANCZOS)).astype(int)
    picture = read(HEIC)
    assert picture.pixels.shape == expected.shape
    assert np.abs(picture.pixels - expected).mean() < 8
    assert picture.dropped == ()


@installed
@pytest.mark.parametrize("keep", [100, len(HEIC) // 2, len(HEIC) - 100])
def test_photo_that_is_cut_off_is_refused(keep: int) -> None:
    with pytest.raises(BadImage):
        read(HEIC[:keep])


@installed
def test_photo_with_any_byte_inverted_is_read_or_refused() -> None:
    for at in [*range(600), *range(600, len(HEIC), 997)]:
        file = bytearray(HEIC)
        file[at] ^= 255
        try:
            assert read(bytes(file)).pixels.shape[2] in {1, 3}
        except HourglassError:
            continue

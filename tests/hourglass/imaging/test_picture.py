"""An image in memory."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.imaging import Metadata, Picture, Pixels, over_black
from tests.hourglass.imaging.samples import COLOURS, GARMENT, SRGB


@given(arrays(np.uint8, (3, 4, 3)), arrays(np.uint8, (3, 4)))
def test_over_black_is_what_shows(pixels: Pixels, alpha: NDArray[np.uint8]) -> None:
    assert np.abs(over_black(pixels, alpha) - pixels * (alpha[:, :, None] / 255)).max() < 1


def test_pillow_gets_all_of_a_picture() -> None:
    metadata = Metadata(b"MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\4Me!\0\0\0\0\0", b"<x:xmpmeta/>")
    image = Picture(COLOURS, GARMENT, SRGB, metadata=metadata).to_pil()
    assert (image.mode, image.size) == ("RGBA", (28, 28))
    assert image.info["icc_profile"] == SRGB
    assert image.info["xmp"] == metadata.xmp
    assert image.getexif()[0x010F] == "Me!"
    assert Picture(GARMENT[:, :, None]).to_pil().mode == "L"

"""Codecs on a real photograph: there and back, closer to it the more bytes they spend."""

import pytest

from benchmarks.compression.contender import QUALITIES, Contender, MissingCodec, PillowCodec
from benchmarks.photographs import Pixels
from hourglass.imaging.fidelity import psnr

CONTENDERS = ("JPEG", "WebP", "AVIF", "JPEG XL", "Hourglass")


def test_these_are_compared(contenders: dict[str, Contender]) -> None:
    assert tuple(contenders) == CONTENDERS


@pytest.mark.parametrize("name", CONTENDERS)
def test_higher_quality_is_a_larger_file_and_nearer_to_the_photograph(
    contenders: dict[str, Contender], name: str, photo: Pixels
) -> None:
    contender = contenders[name]
    files = [contender.encode(photo, quality) for quality in contender.qualities]
    images = [contender.decode(file) for file in files]
    sizes = [len(file) for file in files]
    fidelities = [psnr(photo, image, peak=255) for image in images]
    assert {(image.shape, image.dtype) for image in images} == {(photo.shape, photo.dtype)}
    assert sizes == sorted(set(sizes))
    assert fidelities == sorted(set(fidelities))
    assert set(contender.qualities) <= set(QUALITIES)


def test_format_that_pillow_cannot_write_is_told() -> None:
    with pytest.raises(MissingCodec, match="cannot write HEIC"):
        PillowCodec("HEIC", "HEIC", (50,), "")

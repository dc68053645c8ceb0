"""TIFFs: one page, or the one that is asked for; never more strips than a decoder can start."""

import struct

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadImage, BadParameter
from hourglass.imaging.files.tiff import MOST_STRIPS, pages
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, GARMENT, read, save


def paged(*pixels: np.ndarray) -> bytes:
    first, *others = (Image.fromarray(each) for each in pixels)
    return save(first, "TIFF", save_all=True, append_images=others)


def directory(*entries: tuple[int, int, int, int], order: str = "<", following: int = 0) -> bytes:
    packed = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    return struct.pack(order + "H", len(entries)) + packed + struct.pack(order + "I", following)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_pages_are_counted(count: int) -> None:
    assert pages(paged(*[COLOURS] * count)) == count
    assert pages(to_file(COLOURS, "TIFF", big_tiff=True)) == 1


def test_thumbnails_are_no_pages() -> None:
    first, second = directory((254, 4, 1, 0), following=8 + 18), directory((254, 4, 1, 1))
    assert pages(b"II*\0\x08\0\0\0" + first + second) == 1


def test_page_is_chosen_by_number() -> None:
    file = paged(COLOURS, GARMENT, 255 - GARMENT)
    assert np.array_equal(read(file, frame=0).pixels, COLOURS)
    assert np.array_equal(read(file, frame=2).pixels[:, :, 0], 255 - GARMENT)
    with pytest.raises(BadParameter, match="several pages; send frame=0"):
        read(file)
    with pytest.raises(BadParameter, match="no frame 3"):
        read(file, frame=3)


def test_endless_pages_end() -> None:
    assert pages(b"II*\0\x08\0\0\0" + directory(following=8)) == 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tag", [273, 324])
def test_too_many_strips_are_refused_unseen(order: str, tag: int) -> None:
    head = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8)
    with pytest.raises(BadImage, match="strips"):
        pages(head + directory((tag, 4, MOST_STRIPS + 1, 8), order=order))


@pytest.mark.parametrize("keep", [4, 8, 9, 20])
def test_what_is_cut_off_has_one_page(keep: int) -> None:
    assert pages(to_file(COLOURS, "TIFF")[:keep]) == 1


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
@pytest.mark.parametrize("pixels", [COLOURS, GARMENT], ids=["colour", "gray"])
def test_compressed_pages_are_read(compression: str, pixels: np.ndarray) -> None:
    picture = read(
        to_file(pixels, "TIFF", compression=compression, **({"quality": 95} if compression == "jpeg" else {}))
    )
    assert np.abs(picture.pixels.squeeze().astype(int) - pixels).mean() < 6

"""JPEGs as cameras, phones and broken downloads leave them."""

import io

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadImage
from tests.conftest import FIXTURES
from tests.hourglass.imaging.samples import GARMENT, SRGB, read, save

with Image.open(FIXTURES / "photos" / "kitten.webp") as kitten:
    PHOTO = kitten.convert("RGB")
TRAILER = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\xff\xda\0\x08moov" * 5000

CODINGS: dict[str, dict[str, object]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_rows": 1},
    "progressive restarts": {"progressive": True, "restart_marker_blocks": 5},
}


def photo(**options: object) -> bytes:
    return save(PHOTO, "JPEG", quality=90, **options)


def shown(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def with_segment(file: bytes, marker: int, content: bytes) -> bytes:
    return file[:2] + segment(marker, content) + file[2:]


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xFE])
def test_bytes_like_a_scan_are_none_within_a_segment(marker: int) -> None:
    file = with_segment(photo(), marker, b"\xff\xda\0\x0c" * 1000)
    assert np.array_equal(read(file).pixels, shown(file))


def test_large_profile_that_holds_bytes_like_a_scan_is_kept() -> None:
    profile = SRGB[:128] + b"\xff\xda" * 100_000
    assert read(photo(icc_profile=profile)).icc == profile


@pytest.mark.parametrize("trailer", [TRAILER, b"garbage!" * 12, bytes(5000), b"\xff" * 9, photo()])
def test_what_follows_the_image_is_no_part_of_it(trailer: bytes) -> None:
    assert np.array_equal(read(photo() + trailer).pixels, shown(photo()))


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("missing", [1, 2])
def test_image_without_its_end_marker_is_shown(coding: str, mode: str, missing: int) -> None:
    whole = save(PHOTO.convert(mode), "JPEG", quality=90, **CODINGS[coding])
    picture = read(whole[:-missing])
    assert np.array_equal(picture.pixels, read(whole).pixels)
    assert picture.dropped == ()


@pytest.mark.parametrize("coding", CODINGS)
def test_image_that_is_cut_off_is_refused(coding: str) -> None:
    whole = photo(**CODINGS[coding])
    expected = shown(whole)
    starts = [at for at in range(len(whole)) if whole[at] == 0xFF and whole[at + 1] in {0xDA, *range(0xD0, 0xD8)}]
    for length in {*starts, *(at + 2 for at in starts), *range(300, len(whole) - 8, 997), len(whole) - 30}:
        with pytest.raises(BadImage):
            read(whole[:length])
    for length in range(len(whole) - 8, len(whole) - 2):
        try:
            assert np.array_equal(read(whole[:length]).pixels, expected)
        except BadImage:
            continue


def test_scans_are_limited() -> None:
    file = save(Image.fromarray(GARMENT), "JPEG", progressive=True)
    scan = file[file.rindex(b"\xff\xda") : -2]
    with pytest.raises(BadImage, match="more than 32 scans"):
        read(file[:-2] + 40 * scan + file[-2:])


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"\xff\xd8\xff\xd9", "damaged JPEG: it holds no image"),
        (b"\xff\xd8" + segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0"), "damaged JPEG: it holds no image"),
        (b"\xff\xd8" + segment(0xC1, b"\x0c\0\1\0\1\1\1\x11\0") + photo()[2:], "12 bits a sample"),
        (b"\xff\xd8" + segment(0xC0, b"\x08\0\1\0\1\2\1\x11\0") + photo()[2:], "2 channels"),
        (with_segment(photo(), 0xC0, b"\x08\0"), "damaged JPEG"),
        (photo()[:2] + photo()[photo().index(b"\xff\xda") :], "damaged JPEG"),
    ],
    ids=["empty", "no scan", "12 bits", "two channels", "short header", "no header"],
)
def test_other_jpegs_are_refused_by_name(file: bytes, says: str) -> None:
    with pytest.raises(BadImage, match=says):
        read(file)


def test_what_is_not_kept_is_named() -> None:
    file = photo(comment=b"by hand")
    file = with_segment(file, 0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\4\x1c\2\5\0")
    file = with_segment(file, 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40)
    file = with_segment(file, 0xE2, b"ICC_PROFILE\0\1\2" + SRGB)
    assert set(read(file).dropped) == {"text", "IPTC", "extended XMP", "color profile"}

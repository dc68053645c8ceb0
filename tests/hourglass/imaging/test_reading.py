"""Every format is read as it is seen."""

import io
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hourglass.errors import BadParameter, TooLarge
from hourglass.imaging import Pixels, open_image, read_picture
from tests.conftest import to_file
from tests.hourglass.imaging.samples import (
    ALL,
    CMYK,
    COLOURS,
    GARMENT,
    GRAY,
    PICTURES,
    SRGB,
    png_chunk,
    read,
    save,
    with_chunks,
)

WIDE = COLOURS[:20]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "JPEG2000"])
def test_lossless_gray_is_read_exactly(kind: str) -> None:
    picture = read(to_file(GARMENT, kind))
    assert np.array_equal(picture.pixels[:, :, 0], GARMENT)
    assert picture.dropped == ()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("JPEG2000", {}),
    ],
)
def test_lossless_colour_is_read_exactly(kind: str, options: dict[str, object]) -> None:
    picture = read(to_file(COLOURS, kind, **options))
    assert np.array_equal(picture.pixels, COLOURS)
    assert (picture.height, picture.width) == GARMENT.shape


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_are_read_closely(kind: str) -> None:
    picture = read(to_file(GARMENT, kind, quality=95))
    assert np.abs(picture.pixels[:, :, 0].astype(int) - GARMENT).mean() < 4


def test_gray_jpeg_has_one_channel() -> None:
    assert read(to_file(GARMENT, "JPEG")).pixels.shape == (28, 28, 1)


def test_16_bits_are_scaled_to_8_and_that_is_told() -> None:
    picture = read(to_file(GARMENT.astype(np.uint16) * 257))
    assert np.array_equal(picture.pixels[:, :, 0], GARMENT)
    assert picture.dropped == ("16 bits",)


def test_gray_with_alpha_and_profile_of_16_bits_stays_all_of_it() -> None:
    rows = b"".join(b"\0" + bytes([level, 0, 255 - level, 0]) * 3 for level in (9, 200))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 16, 4, 0, 0, 0))
    profile = png_chunk(b"iCCP", b"gray\0\0" + zlib.compress(GRAY))
    file = b"\x89PNG\r\n\x1a\n" + header + profile + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    picture = read(file)
    assert picture.pixels[:, :, 0].tolist() == [[9] * 3, [200] * 3]
    assert picture.pixels.shape == (2, 3, 1)
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[246] * 3, [55] * 3]
    assert picture.icc == GRAY
    assert picture.dropped == ("16 bits",)


def test_1_bit_is_black_and_white() -> None:
    lit = GARMENT > 127
    pixels = read(save(Image.fromarray(lit), "PNG")).pixels
    assert np.array_equal(pixels[:, :, 0], lit * np.uint8(255))


def test_cmyk_becomes_rgb() -> None:
    image = Image.fromarray(COLOURS).convert("CMYK")
    pixels = read(save(image, "JPEG", quality=100, subsampling=0)).pixels
    assert np.abs(pixels.astype(int) - COLOURS).mean() < 3


def test_palette_becomes_rgb() -> None:
    image = Image.fromarray(COLOURS).quantize(16)
    assert np.array_equal(read(save(image, "PNG")).pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("mode", "channels"), [("LA", 1), ("RGBA", 3)])
def test_alpha_is_kept_beside_the_pixels(mode: str, channels: int) -> None:
    image = Image.new(mode, (1, 1), (200, 128) if mode == "LA" else (200, 200, 200, 128))
    picture = read(save(image, "PNG"))
    assert picture.pixels.tolist() == [[[200] * channels]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[128]]
    assert picture.dropped == ()


def test_transparent_value_is_transparent_at_any_depth() -> None:
    deep = to_file(np.array([[257 * 9, 257 * 200, 257 * 200 + 1]], np.uint16))
    picture = read(with_chunks(deep, png_chunk(b"tRNS", struct.pack(">H", 257 * 200))))
    assert picture.pixels[0, :, 0].tolist() == [9, 200, 200]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[255, 0, 255]]
    assert picture.dropped == ("16 bits",)
    shallow = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 4, 0, 0, 0, 0))
    shallow += png_chunk(b"tRNS", b"\0\3") + png_chunk(b"IDAT", zlib.compress(b"\0\x3c")) + png_chunk(b"IEND", b"")
    picture = read(shallow)
    assert picture.pixels[0, :, 0].tolist() == [3 * 17, 12 * 17]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 255]]


def test_opaque_alpha_is_nothing_lost() -> None:
    image = Image.fromarray(GARMENT).convert("LA")
    picture = read(save(image, "PNG"))
    assert np.array_equal(picture.pixels[:, :, 0], GARMENT)
    assert picture.alpha is None
    assert picture.dropped == ()


@pytest.mark.parametrize(("pixels", "profile"), [(COLOURS, SRGB), (GARMENT, GRAY)], ids=["color", "gray"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_profile_of_the_pixels_is_kept(pixels: Pixels, profile: bytes, kind: str) -> None:
    picture = read(to_file(pixels, kind, icc_profile=profile))
    assert picture.icc == profile
    assert picture.dropped == ()


def test_profile_of_other_pixels_is_dropped_and_told() -> None:
    mistaken = (
        to_file(GARMENT, icc_profile=SRGB),
        to_file(COLOURS, icc_profile=GRAY),
        to_file(COLOURS, icc_profile=b"?"),
    )
    for file in (*mistaken, save(Image.fromarray(COLOURS).convert("CMYK"), "JPEG", icc_profile=CMYK)):
        picture = read(file)
        assert picture.icc is None
        assert picture.dropped == ("color profile",)


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [(1, WIDE), (2, WIDE[:, ::-1]), (3, WIDE[::-1, ::-1]), (6, np.rot90(WIDE, -1)), (8, np.rot90(WIDE))],
)
def test_exif_orientation_is_applied(orientation: int, upright: NDArray[np.uint8]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(read(to_file(WIDE, exif=exif)).pixels, upright)


def test_photo_with_a_second_view_is_a_still_image() -> None:
    views = [Image.fromarray(each) for each in (COLOURS, 255 - COLOURS)]
    pixels = read(save(views[0], "MPO", save_all=True, append_images=views[1:], quality=95)).pixels
    assert np.abs(pixels.astype(int) - COLOURS).mean() < 25


def test_large_honest_files_are_read() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (3000, 3000), np.uint8)
    for file in (to_file(noise), to_file(noise[:1200, :1200], "GIF")):
        picture = read_picture(open_image(file, ALL, noise.size))
        assert np.array_equal(picture.pixels[:, :, 0], noise[: picture.height, : picture.width])


def test_run_length_coded_bmp_is_read() -> None:
    file = (PICTURES / "hopper_rle8.bmp").read_bytes()
    assert np.array_equal(read(file).pixels, np.asarray(Image.open(io.BytesIO(file)).convert("RGB")))


def test_large_run_length_coded_bmp_is_read() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (480, 640), np.uint8)
    rows = b"".join(b"".join(bytes([1, value]) for value in row) + b"\0\0" for row in noise[::-1].tolist())
    palette = b"".join(bytes([level, level, level, 0]) for level in range(256))
    head = struct.pack("<2sIHHI", b"BM", 1078 + len(rows), 0, 0, 1078)
    head += struct.pack("<IiiHHIIiiII", 40, 640, 480, 1, 8, 1, len(rows), 0, 0, 256, 256)
    assert np.array_equal(read(head + palette + rows).pixels[:, :, 0], noise)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_frame_of_an_animation_is_taken_by_its_number(kind: str) -> None:
    frames = [Image.fromarray(each) for each in (COLOURS, 255 - COLOURS, COLOURS[::-1])]
    options = {"subsampling": "4:4:4"} if kind == "AVIF" else {}
    lossless = {"lossless": True, "quality": 100, "duration": 100, **options}
    moving = save(frames[0], kind, save_all=True, append_images=frames[1:], **lossless)
    most = {"GIF": 30, "AVIF": 8}.get(kind, 0)
    for number, frame in enumerate(frames):
        assert np.abs(read(moving, number).pixels.astype(int) - np.asarray(frame)).mean() <= most
    with pytest.raises(BadParameter, match="no frame 3") as caught:
        read(moving, 3)
    assert caught.value.parameter == "frame"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_still_image_has_one_frame(kind: str) -> None:
    still = to_file(COLOURS, kind)
    assert np.array_equal(read(still, 0).pixels, read(still).pixels)
    with pytest.raises(BadParameter, match="no frame 1"):
        read(still, 1)


def test_frames_before_the_one_asked_for_count_as_pixels() -> None:
    frames = [Image.fromarray(each) for each in (COLOURS, 255 - COLOURS)]
    moving = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with open_image(moving, ALL, 2 * 784, 1) as opened:
        assert read_picture(opened).width == 28
    with pytest.raises(TooLarge, match="2 frames"):
        open_image(moving, ALL, 2 * 784 - 1, 1)


def test_broken_exif_of_an_avif_costs_nothing() -> None:
    whole = to_file(COLOURS, "AVIF", quality=90, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\4Me!\0\0\0\0\0")
    broken = whole.replace(b"MM\0*\0\0\0\x08", b"??\0*\0\0\0\x08")
    assert broken != whole
    picture = read(broken)
    assert np.array_equal(picture.pixels, read(whole).pixels)
    assert picture.dropped == ("EXIF",)

"""Pictures: every format is read as it is seen, fitted to a model, and written so that nothing is lost unsaid."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageCms

from hourglass.errors import BadParameter, NotAcceptable
from hourglass.imaging import (
    MediaType,
    Picture,
    Pixels,
    fit_picture,
    lost_in,
    open_image,
    over_black,
    read_picture,
    stretched,
    write_image,
)
from service.settings import Settings
from tests.conftest import from_file, read_fixture, to_file

ALL = Settings().formats
MAX_PIXELS = 1_000_000
GARMENT = read_fixture("fashion").images[0]
COLOURS = np.stack([GARMENT, GARMENT.T, 255 - GARMENT], axis=2)


def read(data: bytes) -> Picture:
    return read_picture(open_image(data, ALL, MAX_PIXELS))


def save(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP"])
def test_lossless_gray_is_read_exactly(kind: str) -> None:
    picture = read(to_file(GARMENT, kind))
    assert np.array_equal(picture.pixels[:, :, 0], GARMENT)
    assert picture.dropped == ()


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True})])
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


def test_16_bits_are_scaled_to_8() -> None:
    assert np.array_equal(read(to_file(GARMENT.astype(np.uint16) * 257)).pixels[:, :, 0], GARMENT)


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


def test_transparent_palette_entry_is_black_to_a_model_without_alpha() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 100, 50, 10, 20, 30])
    image.putdata([0, 1])
    picture = read(save(image, "PNG", transparency=0))
    assert picture.pixels.tolist() == [[[200, 100, 50], [10, 20, 30]]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 255]]
    assert fit_picture(picture, 3, 1, 2, resize=False)[0].tolist() == [[[0, 0, 0], [10, 20, 30]]]


@pytest.mark.parametrize(("mode", "channels"), [("LA", 1), ("RGBA", 3)])
def test_alpha_is_kept_beside_the_pixels(mode: str, channels: int) -> None:
    image = Image.new(mode, (1, 1), (200, 128) if mode == "LA" else (200, 200, 200, 128))
    picture = read(save(image, "PNG"))
    assert picture.pixels.tolist() == [[[200] * channels]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[128]]
    assert picture.dropped == ()


def test_alpha_is_laid_over_black_for_a_model_without_and_told() -> None:
    pixels, dropped = fit_picture(read(save(Image.new("LA", (1, 1), (200, 128)), "PNG")), 1, 1, 1, resize=False)
    assert pixels.tolist() == [[[100]]]
    assert dropped == ["alpha"]


@given(arrays(np.uint8, (3, 4, 3)), arrays(np.uint8, (3, 4)))
def test_over_black_is_what_shows(pixels: Pixels, alpha: NDArray[np.uint8]) -> None:
    assert np.abs(over_black(pixels, alpha) - pixels * (alpha[:, :, None] / 255)).max() < 1


def test_transparent_gray_value_of_16_bits_is_told() -> None:
    image = to_file(np.array([[257 * 9, 257 * 200]], np.uint16))
    at = image.index(b"IDAT") - 4
    picture = read(image[:at] + png_chunk(b"tRNS", struct.pack(">H", 257 * 200)) + image[at:])
    assert picture.pixels[0, :, 0].tolist() == [9, 200]
    assert picture.dropped == ("alpha",)


def test_opaque_alpha_is_nothing_lost() -> None:
    image = Image.fromarray(GARMENT).convert("LA")
    picture = read(save(image, "PNG"))
    assert np.array_equal(picture.pixels[:, :, 0], GARMENT)
    assert picture.alpha is None
    assert picture.dropped == ()


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GRAY = SRGB[:16] + b"GRAY" + SRGB[20:]
CMYK = SRGB[:16] + b"CMYK" + SRGB[20:]


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


def test_profile_that_a_model_does_not_see_is_told() -> None:
    assert fit_picture(read(to_file(COLOURS, icc_profile=SRGB)), 3, 28, 28, resize=False)[1] == ["color profile"]


WIDE = COLOURS[:20]


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


def test_gray_colours_fit_a_gray_model_without_loss() -> None:
    fitted, dropped = fit_picture(read(to_file(np.stack([GARMENT] * 3, axis=2))), 1, 28, 28, resize=False)
    assert np.array_equal(fitted[:, :, 0], GARMENT)
    assert dropped == []


def test_colour_that_a_gray_model_does_not_see_is_told() -> None:
    fitted, dropped = fit_picture(read(to_file(COLOURS)), 1, 28, 28, resize=False)
    assert np.array_equal(fitted[:, :, 0], np.asarray(Image.fromarray(COLOURS).convert("L")))
    assert dropped == ["color"]


def test_gray_fits_a_colour_model() -> None:
    fitted, dropped = fit_picture(read(to_file(GARMENT)), 3, 28, 28, resize=False)
    assert np.array_equal(fitted, np.stack([GARMENT] * 3, axis=2))
    assert dropped == []


def test_another_size_is_refused_by_name() -> None:
    with pytest.raises(BadParameter, match=r"28x28.*20x10") as caught:
        fit_picture(read(to_file(GARMENT[:10, :20])), 1, 28, 28, resize=False)
    assert caught.value.parameter == "resize"


def test_resize_keeps_proportions_on_black() -> None:
    white = np.full((10, 20), 255, np.uint8)
    fitted, dropped = fit_picture(read(to_file(white)), 1, 28, 28, resize=True)
    assert dropped == ["size"]
    assert (fitted[7:21] == 255).all()
    assert not fitted[:7].any()
    assert not fitted[21:].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 28), (2000, 1), (1, 100_000)])
def test_resize_keeps_something_of_any_shape(shape: tuple[int, int]) -> None:
    fitted, _ = fit_picture(read(to_file(np.full(shape, 255, np.uint8))), 1, 28, 28, resize=True)
    assert fitted.shape == (28, 28, 1)
    assert fitted.any()


def test_thin_image_takes_no_memory_to_be_scaled() -> None:
    line = Picture(np.full((1, 50_000_000, 1), 255, np.uint8))  # Pillow by itself takes gigabytes, or refuses
    assert fit_picture(line, 1, 28, 28, resize=True)[0].any()
    assert (stretched(line, 1, 64)[0] == 255).all()


def test_stretched_picture_is_whole_whatever_its_proportions() -> None:
    halves = np.zeros((40, 300), np.uint8)
    halves[:, 150:] = 255
    pixels, dropped = stretched(read(to_file(halves)), 1, 64)
    assert pixels.shape == (64, 64, 1)
    assert not pixels[:, :31].any()
    assert (pixels[:, 33:] == 255).all()
    assert dropped == []


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (2, 3000), (3000, 2), (64, 64), (200, 90, 3), (5, 5, 4)])
def test_picture_of_any_shape_is_stretched(shape: tuple[int, ...], channels: int) -> None:
    pixels, dropped = stretched(read(to_file(np.full(shape, 255, np.uint8))), channels, 64)
    assert pixels.shape == (64, 64, channels)
    assert (pixels == 255).all()
    assert dropped == []


def test_stretching_makes_a_mean_of_many_pixels() -> None:
    board = np.indices((256, 256)).sum(axis=0).astype(np.uint8) % 2 * np.uint8(255)
    pixels, _ = stretched(Picture(board[:, :, None]), 1, 64)
    assert 126 <= pixels.min() <= pixels.max() <= 129


def test_picture_of_the_right_size_is_not_touched() -> None:
    assert np.array_equal(stretched(read(to_file(COLOURS)), 3, 28)[0], COLOURS)


def test_what_stretching_does_not_keep_is_told() -> None:
    seen = np.dstack([COLOURS, np.full(GARMENT.shape, 128, np.uint8)])
    pixels, dropped = stretched(read(to_file(seen, icc_profile=SRGB)), 1, 14)
    assert dropped == ["color profile", "alpha", "color"]
    gray = np.asarray(Image.fromarray(over_black(COLOURS, seen[:, :, 3])).convert("L"))
    assert np.abs(pixels.mean() - gray.mean()) < 1


def test_upright_picture_is_what_is_stretched() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    top = np.zeros((100, 200), np.uint8)
    top[:50] = 255  # which is on the right once it is upright
    pixels, _ = stretched(read(to_file(top, exif=exif)), 1, 64)
    assert (pixels[:, 33:] == 255).all()
    assert not pixels[:, :31].any()


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


@pytest.mark.parametrize(("media_type", "longest"), [("image/webp", 16383), ("image/jpeg", 65500)])
def test_image_too_long_for_a_format_is_refused(media_type: MediaType, longest: int) -> None:
    line = np.zeros((1, longest + 1, 1), np.uint8)
    assert from_file(write_image(Picture(line[:, 1:]), media_type)).shape[1] == longest
    with pytest.raises(NotAcceptable, match=f"{longest} pixels a side.*image/png"):
        write_image(Picture(line), media_type)
    assert from_file(write_image(Picture(line), "image/png")).shape[1] == longest + 1


def test_large_honest_files_are_read() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (3000, 3000), np.uint8)
    for file in (to_file(noise), to_file(noise[:1200, :1200], "GIF")):
        picture = read_picture(open_image(file, ALL, noise.size))
        assert np.array_equal(picture.pixels[:, :, 0], noise[: picture.height, : picture.width])

"""Files from strangers: broken, hostile, or of a format not taken; each is refused for what it is, or read."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hourglass.errors import BadImage, BadParameter, HourglassError, TooLarge, UnsupportedMedia
from hourglass.imaging import open_image
from tests.conftest import to_file
from tests.hourglass.imaging.samples import ALL, COLOURS, GARMENT, MAX_PIXELS, png_chunk, read, save


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims this size, and holds hardly anything."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(b"\0"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.fromarray(each) for each in (COLOURS, 255 - COLOURS)]
    moving = save(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(BadParameter, match="animated; send frame=0") as caught:
        read(moving)
    assert caught.value.parameter == "frame"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP"])
def test_truncated_files_are_refused(kind: str) -> None:
    whole = to_file(COLOURS, kind)
    for length in (len(whole) // 2, len(whole) - len(whole) // 8):
        with pytest.raises((BadImage, UnsupportedMedia)):
            read(whole[:length])


def test_empty_file_is_refused() -> None:
    with pytest.raises(BadImage, match="0 bytes"):
        read(b"")


def test_enormous_png_is_refused_by_its_header() -> None:
    with pytest.raises(TooLarge, match="60000x60000"):
        read(png_header(60_000, 60_000))


def test_enormous_gif_is_refused_by_its_header() -> None:
    file = bytearray(to_file(GARMENT, "GIF"))
    file[6:10] = struct.pack("<HH", 60_000, 60_000)
    with pytest.raises(TooLarge):
        read(bytes(file))


def test_pixel_limit_is_the_largest_taken() -> None:
    data = to_file(GARMENT)
    assert open_image(data, ALL, 784).width == 28
    with pytest.raises(TooLarge):
        open_image(data, ALL, 783)


@pytest.mark.parametrize("data", [b"not an image", b"\x89PNG", b"<svg/>", b"%PDF-1.7\n", b"\0" * 1000])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        read(data)


@pytest.mark.parametrize("kind", ["ICO", "PPM", "TGA", "SGI"])
def test_formats_that_were_never_offered_are_refused(kind: str) -> None:
    with pytest.raises(UnsupportedMedia):
        read(to_file(GARMENT, kind))


def test_format_not_allowed_is_refused() -> None:
    with pytest.raises(UnsupportedMedia, match="PNG"):
        open_image(to_file(GARMENT, "JPEG"), frozenset({"PNG"}), MAX_PIXELS)


SEEDS = [
    to_file(GARMENT),
    to_file(COLOURS),
    to_file(GARMENT.astype(np.uint16) * 257),
    save(Image.fromarray(COLOURS).quantize(16), "PNG", transparency=3, dpi=(72, 72)),
    save(Image.fromarray(COLOURS), "PNG", icc_profile=b"profile" * 9, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"),
    *(to_file(COLOURS, kind) for kind in ("JPEG", "GIF", "WEBP", "AVIF", "BMP")),
    save(
        Image.fromarray(COLOURS).convert("CMYK"),
        "JPEG",
        exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\6",
    ),
    save(Image.fromarray(GARMENT), "GIF", save_all=True, append_images=[Image.fromarray(GARMENT.T)]),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real file with bytes changed, cut out or put in; PNG chunks get right checksums, to reach deeper."""
    file = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, min(len(file), draw(st.sampled_from([64, 100_000])))))
        size = draw(st.integers(0, 8))
        file[at : at + size] = draw(st.binary(max_size=8))
    return _with_checksums(bytes(file)) if file[:8] == b"\x89PNG\r\n\x1a\n" else bytes(file)


def _with_checksums(png: bytes) -> bytes:
    fixed, at = bytearray(png[:8]), 8
    while at + 12 <= len(png):
        length = int.from_bytes(png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        fixed += png[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return bytes(fixed)


@settings(max_examples=400)
@given(damaged())
def test_damaged_files_are_read_or_refused(data: bytes) -> None:
    try:
        picture = read(data)
    except HourglassError:
        return
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape[2] in {1, 3}


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_file_with_any_byte_inverted_is_read_or_refused(seed: int) -> None:
    refused = 0
    for at in range(min(400, len(SEEDS[seed]))):
        file = bytearray(SEEDS[seed])
        file[at] ^= 255
        try:
            read(bytes(file))
        except HourglassError:
            refused += 1
    assert refused


@pytest.mark.parametrize(
    "kind", [b"cHRM", b"gAMA", b"pHYs", b"iCCP", b"zTXt", b"iTXt", b"tRNS", b"eXIf", b"sRGB", b"acTL"]
)
@pytest.mark.parametrize("content", [b"", b"\0", b"a\0\0broken", b"\xff" * 9])
def test_odd_png_chunks_are_read_or_refused(kind: bytes, content: bytes) -> None:
    whole = to_file(COLOURS)
    for at in (whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4):
        try:
            picture = read(whole[:at] + png_chunk(kind, content) + whole[at:])
        except (BadImage, UnsupportedMedia):
            continue
        assert picture.pixels.shape == (28, 28, 3)

"""PNGs: nothing beside the pixels costs a good picture, and what it says of color counts."""

import struct
import zlib
from itertools import permutations

import numpy as np
import pytest
from PIL import Image

from hourglass.errors import BadImage
from hourglass.imaging.colors.profiles import display_p3
from tests.conftest import to_file
from tests.hourglass.imaging.samples import COLOURS, GARMENT, SRGB, png_chunk, read, save, with_chunks

WHOLE = to_file(COLOURS)
LARGE = b"photoshop " * 300_000
XMP = b"XML:com.adobe.xmp\0"
EXIF = b"MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\4Me!\0\0\0\0\0"


def itxt(content: bytes) -> bytes:
    return png_chunk(b"iTXt", XMP + b"\0\0\0\0" + content)


def raw_profile(name: bytes, content: bytes, length: int | None = None) -> bytes:
    text = b"\n%s\n%8d\n%s\n" % (name, len(content) if length is None else length, content.hex().encode())
    return png_chunk(b"zTXt", b"Raw profile type " + name + b"\0\0" + zlib.compress(text))


ODD = {
    "damaged text": (png_chunk(b"tEXt", b"Comment\0hello", damage=1), "text"),
    "text": (png_chunk(b"tEXt", b"Comment\0hello"), "text"),
    "text without a key": (png_chunk(b"iTXt", b""), "text"),
    "damaged EXIF": (png_chunk(b"eXIf", EXIF, damage=1), "EXIF"),
    "no EXIF at all": (png_chunk(b"eXIf", b"nonsense"), "EXIF"),
    "EXIF without end": (png_chunk(b"eXIf", EXIF[:8] + b"\xff" * 40), "EXIF"),
    "large EXIF": (png_chunk(b"eXIf", EXIF + bytes(100_000)), "EXIF"),
    "odd digits of EXIF": (raw_profile(b"exif", EXIF).replace(b"zTXt", b"tEXt"), "EXIF"),
    "too few digits of EXIF": (raw_profile(b"exif", EXIF, length=5000), "EXIF"),
    "large packed XMP": (png_chunk(b"zTXt", XMP + b"\0" + zlib.compress(LARGE)), "XMP"),
    "large XMP": (itxt(LARGE), "XMP"),
    "XMP that does not inflate": (png_chunk(b"zTXt", XMP + b"\0nonsense"), "XMP"),
    "large profile": (png_chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB + bytes(2 << 20))), "color profile"),
    "damaged profile": (png_chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB), damage=1), "color profile"),
    "profile that does not inflate": (png_chunk(b"iCCP", b"p\0\0nonsense"), "color profile"),
    "profile cut short": (png_chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB)[:-9]), "color profile"),
    "empty profile": (png_chunk(b"iCCP", b""), "color profile"),
    "gamma of nothing": (png_chunk(b"gAMA", bytes(4)), "color profile"),
    "short gamma": (png_chunk(b"gAMA", b"\0"), "color profile"),
    "short chromaticities": (png_chunk(b"cHRM", bytes(31)), "color profile"),
    "unknown code points": (png_chunk(b"cICP", bytes([77, 99, 0, 1])), "color profile"),
    "short transparency": (png_chunk(b"tRNS", b"\0\1"), "alpha"),
    "damaged transparency": (png_chunk(b"tRNS", bytes(6), damage=1), "alpha"),
    "damaged animation": (png_chunk(b"acTL", b"\0"), "animation"),
}


@pytest.mark.parametrize(("chunk", "name"), ODD.values(), ids=ODD)
@pytest.mark.parametrize("before", [b"IDAT", b"IEND"])
def test_odd_chunk_is_dropped_and_named(chunk: bytes, name: str, before: bytes) -> None:
    picture = read(with_chunks(WHOLE, chunk, before=before))
    assert np.array_equal(picture.pixels, COLOURS)
    assert picture.dropped == (name,)


def test_unknown_chunks_do_not_matter() -> None:
    picture = read(with_chunks(WHOLE, png_chunk(b"prVt", b"?" * 9), png_chunk(b"tIME", b""), png_chunk(b"pHYs", b"")))
    assert np.array_equal(picture.pixels, COLOURS)
    assert picture.dropped == ()


HEADER = struct.pack(">IIBBBBB", 28, 28, 8, 2, 0, 0, 0)


def png(header: bytes = HEADER, *chunks: bytes, damage: int = 0) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header, damage) + b"".join(chunks) + png_chunk(b"IEND", b"")


def with_pieces(size: int, pixels: np.ndarray) -> bytes:
    """A PNG whose pixels come in chunks of so many bytes."""
    height, width, _ = pixels.shape
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in pixels))
    pieces = [png_chunk(b"IDAT", packed[place : place + size]) for place in range(0, len(packed), size)]
    return png(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), *pieces)


@pytest.mark.parametrize("size", [64, 4096])
def test_pixels_may_come_in_many_pieces(size: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000, 3), np.uint8)
    assert np.array_equal(read(with_pieces(size, noise)).pixels, noise)


def test_pieces_of_one_byte_are_taken() -> None:
    assert np.array_equal(read(with_pieces(1, COLOURS)).pixels, COLOURS)


@pytest.mark.parametrize("cut", [12, 13, 16])
def test_file_without_its_end_is_shown(cut: int) -> None:
    assert np.array_equal(read(WHOLE[:-cut]).pixels, COLOURS)


PIXELS = png_chunk(b"IDAT", zlib.compress(bytes(28 * 85)))


def test_png_of_the_tests_below_is_read_where_nothing_is_wrong() -> None:
    assert not read(png(HEADER, PIXELS)).pixels.any()


@pytest.mark.parametrize(
    "file",
    [
        png(),
        png(HEADER, PIXELS, damage=1),
        png(HEADER[:-1], PIXELS),
        png(bytes(4) + HEADER[4:], PIXELS),
        png(HEADER[:4] + bytes(4) + HEADER[8:], PIXELS),
        png(b"\xff" * 8 + HEADER[8:], PIXELS),
        png(HEADER[:8] + b"\7" + HEADER[9:], PIXELS),
        png(HEADER[:9] + b"\7" + HEADER[10:], PIXELS),
        png(HEADER[:9] + b"\3" + HEADER[10:], PIXELS),
        png(HEADER, png_chunk(b"IDAT", zlib.compress(bytes(28 * 85)), damage=1)),
        png(HEADER, png_chunk(b"CgBI", bytes(4)), PIXELS),
        b"\x89PNG\r\n\x1a\n" + PIXELS,
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=[
        "no pixels", "checksum of the header", "short header", "no width", "no height", "endless", "7 bits",
        "color type 7", "no palette", "checksum of the pixels", "unknown part", "no header", "signature alone",
    ],
)  # fmt: skip
def test_damaged_png_is_called_so(file: bytes) -> None:
    with pytest.raises(BadImage, match="a damaged PNG"):
        read(file)


@pytest.mark.parametrize("cut", [20, 60, 300])
def test_pixels_that_are_cut_off_are_refused(cut: int) -> None:
    with pytest.raises(BadImage):
        read(WHOLE[: -12 - cut])


CICP = png_chunk(b"cICP", bytes([12, 13, 0, 1]))
ICCP = png_chunk(b"iCCP", b"srgb\0\0" + zlib.compress(SRGB))
SRGB_CHUNK = png_chunk(b"sRGB", b"\0")
GAMMA = png_chunk(b"gAMA", (100_000).to_bytes(4))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_most_telling_chunk_of_color_counts(order: tuple[int, ...]) -> None:
    chunks = [CICP, ICCP, SRGB_CHUNK, GAMMA]
    profiles = [read(with_chunks(WHOLE, *(chunks[at] for at in order if at >= first))).icc for first in range(4)]
    assert profiles == [display_p3(), SRGB, None, None]
    shown = [read(with_chunks(WHOLE, *(chunks[at] for at in order if at >= first))).pixels for first in range(4)]
    assert [np.array_equal(each, COLOURS) for each in shown] == [True, True, True, False]


def test_where_a_chunk_of_color_is_broken_the_next_counts() -> None:
    broken = png_chunk(b"cICP", bytes([12, 13, 5, 1])), png_chunk(b"iCCP", b"p\0\0nonsense")
    picture = read(with_chunks(WHOLE, *broken, GAMMA))
    assert not np.array_equal(picture.pixels, COLOURS)
    assert picture.dropped == ("color profile",)


def test_gamma_is_honoured_exactly() -> None:
    for pixels in (GARMENT, COLOURS):
        linear = (pixels / 255) ** 1.0
        expected = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
        picture = read(with_chunks(to_file(pixels), GAMMA))
        assert np.abs(picture.pixels.squeeze() - expected).max() <= 1
        assert (picture.icc, picture.dropped) == (None, ())


@pytest.mark.parametrize("gamma", [45455, 45450, 45500])
def test_usual_gamma_changes_nothing(gamma: int) -> None:
    assert np.array_equal(read(with_chunks(WHOLE, png_chunk(b"gAMA", gamma.to_bytes(4)))).pixels, COLOURS)


def test_chromaticities_are_honoured() -> None:
    swapped = struct.pack(">8I", 31270, 32900, 30000, 60000, 64000, 33000, 15000, 6000)
    picture = read(with_chunks(WHOLE, png_chunk(b"cHRM", swapped)))
    assert np.abs(picture.pixels.astype(int) - COLOURS[:, :, [1, 0, 2]]).max() <= 2


def test_palette_with_a_gamma_is_seen_through_it() -> None:
    image = Image.fromarray(COLOURS).quantize(16)
    through = read(with_chunks(to_file(np.asarray(image.convert("RGB"))), GAMMA))
    assert np.array_equal(read(with_chunks(save(image, "PNG"), GAMMA)).pixels, through.pixels)


def test_metadata_is_found_where_programs_put_it() -> None:
    for chunk in (png_chunk(b"eXIf", EXIF), raw_profile(b"exif", b"Exif\0\0" + EXIF), raw_profile(b"APP1", EXIF)):
        assert read(with_chunks(WHOLE, chunk)).metadata.exif is not None
    packet = b"<x:xmpmeta/>"
    for chunk in (itxt(packet), png_chunk(b"zTXt", XMP + b"\0" + zlib.compress(packet)), raw_profile(b"xmp", packet)):
        assert read(with_chunks(WHOLE, chunk)).metadata.xmp == packet

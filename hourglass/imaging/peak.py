"""How much memory reading a picture takes, as measured for each format and mode: its test measures it again."""

from hourglass.imaging.opening import Opened

_BYTES_PER_PIXEL: dict[str, int] = {
    "1": 13,
    "L": 13,
    "P": 15,
    "LA": 18,
    "La": 18,
    "PA": 18,
    "RGB": 13,
    "RGBX": 13,
    "RGBA": 18,
    "RGBa": 18,
    "YCbCr": 13,
    "CMYK": 15,
    "LAB": 19,
    "I;16": 27,
}
"""By Pillow's mode: its image, the arrays made of that, and the copies while it is scaled for a model of one size."""

_OTHER_MODES = 32

_DECODERS: dict[str, int] = {"WEBP": 8, "AVIF": 5, "HEIF": 8, "JPEG2000": 7}
"""Beside these, what the decoder of a format holds; others work line by line."""

_COPY = 4
"""Where it is turned, or decoded twice, or put together of frames, or its colors are converted, or one is none."""

_BYTES_PER_LINE = 48
"""Of each row and column: Pillow's pointers, and what it rounds a row up to. A picture may be one pixel wide."""


def peak_bytes(opened: Opened) -> int:
    """What reading an opened image and fitting it for a model take at the most, beside the file itself."""
    image, contents = opened.image, opened.contents
    pixel = _BYTES_PER_PIXEL.get(image.mode, _OTHER_MODES) + _DECODERS.get(image.format or "", 0)
    copies = (
        contents.exif is not None,
        contents.coding is not None or (contents.icc is not None and image.mode in {"CMYK", "LAB"}),
        contents.frames > 1,
        opened.probe is not None,
        image.mode != "P" and "transparency" in image.info,
    )
    pixel += _COPY * sum(copies)
    return pixel * image.width * image.height + _BYTES_PER_LINE * (image.width + image.height)

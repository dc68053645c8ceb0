"""Files → pictures. What arrives is hostile: the header is judged before a pixel is decoded."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, UnidentifiedImageError

from hourglass.errors import BadImage, BadParameter, HourglassError, TooLarge, UnsupportedMedia
from hourglass.imaging import boxes, color, tiff
from hourglass.imaging.coding import of_code_points
from hourglass.imaging.contents import Contents
from hourglass.imaging.formats import SPOKEN, named, spoken
from hourglass.imaging.jpeg import read_jpeg
from hourglass.imaging.metadata import exif_of_tiff, metadata_of
from hourglass.imaging.picture import Picture
from hourglass.imaging.png import read_png

PARTS, BYTES_A_PART = 20_000, 64
"""A file may have so many parts, and one more for each so many bytes: honest parts hold more than these on average."""

Image.MAX_IMAGE_PIXELS = None  # judged here: Pillow itself only raises at twice its limit
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata; only the pixels matter here

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(slots=True)
class Opened:
    """An image file of which the header was read. Close it, or use it as a context manager."""

    image: Image.Image
    contents: Contents
    probe: bytes | None = None
    """Of a JPEG without its end: another, which shows other pixels if any are missing."""

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    def close(self) -> None:
        self.image.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_image(data: bytes, formats: frozenset[str], max_pixels: int, frame: int | None = None) -> Opened:
    """Reads the header of an image file; no pixel is decoded yet, but for frames before ``frame``, counted from 0.

    Raises UnsupportedMedia (not an image, or not of ``formats``), TooLarge (more than ``max_pixels``), BadParameter (no
    such frame, or several and none asked for) or BadImage (empty, damaged, or made to keep a decoder busy).
    """
    if not data:
        raise BadImage("the image is empty: 0 bytes")
    kind = named(data)
    if kind not in formats:
        taken = ", ".join(sorted(formats))
        called = spoken(data)
        reason = f"this is {called}; taken are" if called else "not an image of a format taken here"
        raise UnsupportedMedia(f"{reason}: {taken}")
    opened = _opened(data, kind, frame)
    width, height = opened.width, opened.height
    if width * height > max_pixels:
        raise TooLarge(f"the image has {width}x{height} pixels; at most {max_pixels} are taken")
    _choose(opened, frame, max_pixels)
    if kind not in {"PNG", "JPEG"}:
        _kept(opened.image, opened.contents)
    return opened


def read_picture(opened: Opened) -> Picture:
    """Decodes an opened image.

    Gray files give one channel, all others three. Orientation is applied; more bits than 8 are scaled to 8; palettes,
    CMYK and what has a transfer or primaries of its own become RGB; a profile that does not describe what the pixels
    became is dropped. Raises BadImage (cut off, or damaged).
    """
    with _decoding(opened.image.format or ""):
        opened.image.load()
        if opened.probe is not None:
            _compare(opened.image, opened.probe)
        return picture_of(opened.image, opened.contents)


def picture_of(image: Image.Image, contents: Contents | None = None) -> Picture:
    """What an image of Pillow's shows; ``contents`` is what its file says, by default what Pillow kept of that."""
    contents = contents or _kept(image, Contents())
    metadata, orientation = metadata_of(contents, image.width, image.height)
    if orientation > 1:
        image = image.transpose(_UPRIGHT[orientation])
    pixels, alpha, icc = _layers(image, contents)
    return Picture(pixels, alpha, icc, contents.dropped, metadata)


class _File(io.BytesIO):
    """Bytes to be decoded, which let themselves be read a bounded number of times: Pillow reads part by part."""

    def __init__(self, data: bytes, reads: int) -> None:
        super().__init__(data)
        self._left = reads

    def read(self, size: int | None = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise OverflowError("it has too many parts")
        return super().read(size)


def _opened(data: bytes, kind: str, frame: int | None) -> Opened:
    parts, contents, probe = PARTS + len(data) // BYTES_A_PART, Contents(), None
    with _decoding(kind):
        if kind == "PNG":
            data, contents = read_png(data, parts, animated=bool(frame))
        elif kind == "JPEG":
            jpeg = read_jpeg(data, parts)
            data, contents, probe = jpeg.data, jpeg.contents, jpeg.probe
        elif kind == "TIFF":
            contents.frames = tiff.pages(data)
        elif kind in {"AVIF", "HEIF"}:
            _describe(contents, boxes.heif_properties(data))
        elif kind == "JPEG2000" and data[:4] == b"\0\0\0\x0c":
            _describe(contents, boxes.jp2_properties(data))
        return Opened(_judged(data, kind, parts, contents), contents, probe)


def _judged(data: bytes, kind: str, parts: int, contents: Contents) -> Image.Image:
    """The file as Pillow opens it. Raises whatever the plug-in of its format does."""
    reads = parts + (2 * len(data) if kind == "BMP" else 0)  # run by run
    try:
        return Image.open(_File(data, reads), formats=[kind])
    except Exception:
        bare = boxes.without_exif(data) if kind in {"AVIF", "HEIF"} else data
        if bare is data:
            raise
    contents.drop("EXIF")
    return Image.open(_File(bare, reads), formats=[kind])


def _describe(contents: Contents, properties: boxes.Properties) -> None:
    contents.icc, contents.bits = properties.icc, properties.bits
    if properties.code_points and not properties.icc:
        contents.coding = of_code_points(*properties.code_points)


def _kept(image: Image.Image, contents: Contents) -> Contents:
    """What Pillow keeps of a file: of those formats whose parts are not read here, or of an image that was opened."""
    info = image.info
    contents.icc = info.get("icc_profile") or contents.icc
    exif, xmp, dpi = info.get("exif"), info.get("xmp"), info.get("dpi")
    contents.upright = image.format in {"TIFF", "HEIF"}
    if not exif and image.format == "TIFF":
        try:
            exif = exif_of_tiff(image)
        except Exception:  # Pillow raises whatever its tags make it trip over
            contents.drop("EXIF")
    contents.exif = exif.removeprefix(b"Exif\0\0") if isinstance(exif, bytes) and exif else None
    contents.xmp = xmp if isinstance(xmp, bytes) and xmp else None
    if isinstance(dpi, tuple) and len(dpi) == 2 and all(1 < float(each) < 1e6 for each in dpi):
        contents.dpi = float(dpi[0]), float(dpi[1])
    if "comment" in info and image.format != "JPEG2000":  # where it names the program
        contents.drop("text")
    if image.mode.startswith("I;16") or _bits(image) == 16:
        contents.bits = max(contents.bits, 16)
    elif image.mode in {"I", "F"}:
        contents.bits = 32
    return contents


def _bits(image: Image.Image) -> int:
    """Of a sample of a TIFF; 8 of what is none."""
    tags = getattr(image, "tag_v2", None)
    return int(max(tags.get(258, (8,)))) if tags is not None else 8


def _choose(opened: Opened, frame: int | None, max_pixels: int) -> None:
    """Goes to the frame that is asked for."""
    image, paged = opened.image, opened.image.format == "TIFF"
    if frame is None and _several(opened):
        what = "has several pages" if paged else "is animated"
        raise BadParameter("frame", f"the image {what}; send frame=0 to take the first")
    if not frame:
        return
    if not paged and (frame + 1) * image.width * image.height > max_pixels:
        size = f"{frame + 1} frames of {image.width}x{image.height} pixels"
        raise TooLarge(f"frame: {size} must be decoded for it; at most {max_pixels} pixels are")
    with _decoding(image.format or ""):
        try:
            image.seek(frame)
        except EOFError as error:
            raise BadParameter("frame", f"the image has no frame {frame}; the first is 0") from error
    if image.width * image.height > max_pixels:
        raise TooLarge(f"the image has {image.width}x{image.height} pixels; at most {max_pixels} are taken")


def _several(opened: Opened) -> bool:
    """Whether there are more frames than one."""
    with _decoding(opened.image.format or ""):
        moving = opened.image.format in {"GIF", "WEBP", "AVIF"} and getattr(opened.image, "is_animated", False)
        return opened.contents.frames > 1 or moving


@contextmanager
def _decoding(kind: str) -> Iterator[None]:
    """Makes whatever Pillow's plug-ins, and the libraries under them, raise in the block a BadImage."""
    called = SPOKEN.get(kind, kind) or "image"
    try:
        yield
    except (HourglassError, MemoryError):  # the latter is no fault of the image's
        raise
    except UnidentifiedImageError as error:
        raise BadImage(f"a damaged {called}: its header makes no sense") from error
    except Exception as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise BadImage(f"the {called} cannot be decoded: {reason}") from error


def _compare(image: Image.Image, probe: bytes) -> None:
    """Raises BadImage where a JPEG shows other pixels than its probe: then bits were missing."""
    with Image.open(io.BytesIO(probe), formats=["JPEG"]) as other:
        other.load()
        for top in range(0, image.height, 256):
            strip = 0, top, image.width, min(top + 256, image.height)
            if ImageChops.difference(image.crop(strip), other.crop(strip)).getbbox(alpha_only=False):
                raise BadImage("the JPEG is cut off")


def _layers(image: Image.Image, contents: Contents) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, bytes | None]:
    """Pixels [height, width, 1 or 3], alpha and profile."""
    if contents.bits > 8:
        contents.drop(f"{contents.bits} bits")
    mode = "L" if contents.gray or image.mode in {"1", "L", "LA", "La"} or image.mode[0] in "IF" else "RGB"
    alpha = None
    if image.mode.startswith(("I", "F")):
        image, alpha = _eight_bits(image, contents.key)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = np.asarray(image.getchannel("A"))
    image, icc = _colors(image, mode, contents)
    pixels = np.asarray(image)
    opaque = alpha is None or alpha.min() == 255
    return (pixels[:, :, None] if mode == "L" else pixels), None if opaque else alpha, icc


def _colors(image: Image.Image, mode: str, contents: Contents) -> tuple[Image.Image, bytes | None]:
    """The image in a mode, L or RGB, and the profile that describes it; without one it is sRGB."""
    icc, coding = contents.icc, contents.coding
    if icc and image.mode in {"CMYK", "LAB"} and (converted := color.by_profile(image, icc)):
        return converted, None
    if mode == "L" and image.mode == "RGBA":
        image = image.getchannel("R")  # all three are it
    elif image.mode != mode:
        image = color.plainly(image) if mode == "RGB" else image.convert(mode)
    if icc and color.describes(icc, mode) and len(icc) <= color.MAX_PROFILE_BYTES:
        return image, icc
    if icc:
        contents.drop("color profile")
    if coding is None:
        return image, None
    if coding.hdr:
        contents.drop("HDR")
    return color.shown(image, coding)


def _eight_bits(image: Image.Image, key: int | None) -> tuple[Image.Image, NDArray[np.uint8] | None]:
    """An image of more bits with 8, and its alpha, 0 where it has the value ``key``."""
    values = np.asarray(image.convert("F") if image.mode == "F" else image, np.float64)
    scale = 1.0 if image.mode == "F" else 257.0
    levels = np.clip(np.nan_to_num(values) / scale + 0.5, 0, 255).astype(np.uint8)
    alpha = None if key is None else np.where(values == key, np.uint8(0), np.uint8(255))
    return Image.fromarray(levels), alpha

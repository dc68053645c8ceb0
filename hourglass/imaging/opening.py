"""Files whose header is read, and judged, before a pixel is decoded. What arrives is hostile."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from PIL import Image, UnidentifiedImageError

from hourglass.errors import BadImage, BadParameter, HourglassError, TooLarge, UnsupportedMedia
from hourglass.imaging.colors.coding import of_code_points
from hourglass.imaging.files import boxes, tiff
from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.formats import SPOKEN, named, spoken
from hourglass.imaging.files.jpeg import read_jpeg
from hourglass.imaging.files.png import read_png
from hourglass.imaging.kept import keep

PARTS, BYTES_A_PART = 20_000, 64
"""A file may have so many parts, and one more for each so many bytes: honest parts hold more than these on average."""

MAX_RUN_BYTES = 8 << 20
"""Of a run-length coded BMP: Pillow goes from run to run in Python, half a microsecond each."""

_RUNS = {1, 2}
"""What BMP calls run-length coding: of 8 and of 4 bits."""

Image.MAX_IMAGE_PIXELS = None  # judged here: Pillow itself only raises at twice its limit
warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata; only the pixels matter here


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
        with decoding(kind):
            keep(opened.image, opened.contents)
    return opened


@contextmanager
def decoding(kind: str) -> Iterator[None]:
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
    with decoding(kind):
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
    if kind == "BMP":
        image = Image.open(io.BytesIO(data), formats=[kind])
        if image.info.get("compression") in _RUNS and len(data) > MAX_RUN_BYTES:
            raise BadImage(f"the BMP's runs take {len(data)} bytes; at most {MAX_RUN_BYTES} are taken")
        return image
    try:
        return Image.open(_File(data, parts), formats=[kind])
    except Exception:
        bare = boxes.without_exif(data) if kind in {"AVIF", "HEIF"} else data
        if bare is data:
            raise
    contents.drop("EXIF")
    return Image.open(_File(bare, parts), formats=[kind])


def _describe(contents: Contents, properties: boxes.Properties) -> None:
    contents.icc, contents.bits = properties.icc, properties.bits
    if properties.code_points and not properties.icc:
        contents.coding = of_code_points(*properties.code_points)


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
    with decoding(image.format or ""):
        try:
            image.seek(frame)
        except EOFError as error:
            raise BadParameter("frame", f"the image has no frame {frame}; the first is 0") from error
    if image.width * image.height > max_pixels:
        raise TooLarge(f"the image has {image.width}x{image.height} pixels; at most {max_pixels} are taken")


def _several(opened: Opened) -> bool:
    """Whether there are more frames than one."""
    with decoding(opened.image.format or ""):
        moving = opened.image.format in {"GIF", "WEBP", "AVIF"} and getattr(opened.image, "is_animated", False)
        return opened.contents.frames > 1 or moving

"""EXIF and XMP: what stands in a photo's file beside the photo, and what of it goes on.

A picture is upright and has no thumbnail, so orientation and thumbnail do not go on. Its resolution, wherever a file
tells it, goes on as EXIF's.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.TiffImagePlugin import IFDRational

from hourglass.imaging.files.contents import Contents

Wanted = Literal["keep", "private", "strip"]
"""All of it; without what tells who took a picture, with which camera, and where; or nothing."""

MAX_BYTES = 65_502
"""Of either: a segment of a JPEG, less what names it."""

_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|>)\s*)[0-9](?=[\"'<\s])")
_THUMBNAILS = re.compile(rb"<(xmp|xap):Thumbnails\b.*?</\1:Thumbnails>", re.DOTALL)

_RESOLUTION = {Base.XResolution, Base.YResolution, Base.ResolutionUnit}
_INCH, _CENTIMETRE = 2, 3

_OF_THE_FILE = {
    *range(254, 260), 262, 263, 266, 273, *range(277, 282), 284, *range(288, 294), 297, 301, 317, 320, *range(322, 326),
    330, *range(332, 335), *range(336, 348), *range(512, 522), *range(529, 533), 700, 33723, 34377, 34675,
}  # fmt: skip
"""Tags that say how a TIFF codes its pixels, or are kept elsewhere."""

_PERSONAL = {
    Base.Artist, Base.HostComputer, Base.CameraOwnerName, Base.BodySerialNumber, Base.LensSerialNumber,
    Base.ImageUniqueID, Base.MakerNote, Base.UserComment, Base.XPAuthor, Base.XPComment, Base.XPKeywords,
    Base.XPSubject, Base.XPTitle, Base.CameraSerialNumber, Base.OriginalRawFileName, Base.DNGPrivateData,
    Base.RawDataUniqueID, Base.ImageHistory, Base.RelatedSoundFile, Base.SecurityClassification, Base.ImageNumber,
    Base.ImageDescription, 0xEA1C, 0xC4A5, 0x83BB,
}  # fmt: skip
"""Tags that identify a person or a camera, or hold what nobody can look into."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """``exif`` is a TIFF structure, of which neither orientation nor thumbnail is part; ``xmp`` a packet of XML.

    Neither has more than MAX_BYTES, or ValueError is raised.
    """

    exif: bytes | None = None
    xmp: bytes | None = None

    def __post_init__(self) -> None:
        if max(len(self.exif or b""), len(self.xmp or b"")) > MAX_BYTES:
            raise ValueError(f"EXIF and XMP have at most {MAX_BYTES} bytes each")

    @property
    def sound(self) -> bool:
        """Whether its EXIF can be read and written, all of it."""
        if self.exif is None:
            return True
        try:
            exif = _parsed(self.exif)
            return bool(exif.tobytes() and [exif[tag] for tag in exif])
        except Exception:  # Pillow raises whatever the bytes make it trip over
            return False

    @property
    def names(self) -> list[str]:
        """What there is, by the names it is told under."""
        exif = _parsed(self.exif) if self.exif is not None else {}
        names = ["EXIF"] if set(exif) - _RESOLUTION else ["resolution"] if exif else []
        return names + (self.xmp is not None) * ["XMP"]

    @property
    def dpi(self) -> tuple[float, float] | None:
        """The resolution across and down, in pixels an inch."""
        return _resolution(_parsed(self.exif)) if self.exif else None

    def wanted(self, wanted: Wanted) -> "Metadata":
        """What goes on of it."""
        if wanted == "keep":
            return self
        if wanted == "strip" or self.exif is None:
            return Metadata()
        exif = _parsed(self.exif)
        for tag in [*(tag for tag in exif if tag in _PERSONAL), *([IFD.GPSInfo] if IFD.GPSInfo in exif else [])]:
            del exif[tag]
        inner = exif.get_ifd(IFD.Exif) if IFD.Exif in exif else {}
        for tag in [tag for tag in inner if tag in _PERSONAL]:
            del inner[tag]
        return Metadata(_packed(exif))


NO_METADATA = Metadata()


def metadata_of(contents: Contents, width: int, height: int) -> tuple[Metadata, int]:
    """The metadata of a file whose upright picture has this size, and the orientation, 1..8, that makes it upright.

    What is too large or broken is dropped from ``contents`` and named there.
    """
    exif, orientation = Image.Exif(), None
    for name in ("exif", "xmp"):
        if len(getattr(contents, name) or b"") > MAX_BYTES:
            contents.drop(name.upper())
            setattr(contents, name, None)
    if contents.exif:
        try:
            exif = _parsed(contents.exif)
            orientation = exif.get(Base.Orientation)
        except Exception:  # Pillow raises whatever the bytes make it trip over
            contents.drop("EXIF")
    if contents.xmp and orientation is None:
        match = re.search(rb"tiff:Orientation(=\"|>)([0-9])", contents.xmp)
        orientation = int(match[2]) if match else None
    turned = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 and not contents.upright else 1
    try:
        packed = _upright(exif, contents.dpi, (height, width) if turned > 4 else (width, height))
    except Exception:  # as above
        contents.drop("EXIF")
        packed = _upright(Image.Exif(), contents.dpi, (width, height))
    if packed is not None and len(packed) > MAX_BYTES:
        contents.drop("EXIF")
        packed = None
    return Metadata(packed, _upright_xmp(contents.xmp) if contents.xmp else None), turned


def exif_of_tiff(image: Image.Image) -> bytes | None:
    """What a TIFF says, without what says how it is coded. Raises whatever its tags make Pillow trip over."""
    exif = image.getexif()
    kept = Image.Exif()
    kept.endian = exif.endian
    for tag in exif:
        if tag in {IFD.Exif, IFD.GPSInfo}:
            kept.get_ifd(tag).update(exif.get_ifd(tag))
        elif tag not in _OF_THE_FILE:
            kept[tag] = exif[tag]
    return _packed(kept)


def _parsed(exif: bytes) -> Image.Exif:
    parsed = Image.Exif()
    parsed.load(exif)
    return parsed


def _packed(exif: Image.Exif) -> bytes | None:
    return exif.tobytes().removeprefix(b"Exif\0\0") if len(exif) else None


def _upright(exif: Image.Exif, dpi: tuple[float, float] | None, size: tuple[int, int]) -> bytes | None:
    """EXIF of an upright picture of this size, without a thumbnail, and with a resolution that was told elsewhere."""
    for tag in [tag for tag in exif if tag in _OF_THE_FILE]:
        del exif[tag]
    if Base.Orientation in exif:
        exif[Base.Orientation] = 1
    inner = exif.get_ifd(IFD.Exif) if IFD.Exif in exif else {}
    for tag, side in zip((Base.ExifImageWidth, Base.ExifImageHeight), size, strict=True):
        if tag in inner:
            inner[tag] = side
    if dpi is not None and _resolution(exif) != tuple(map(_rounded, dpi)):
        exif[Base.XResolution], exif[Base.YResolution] = (_rational(each) for each in dpi)
        exif[Base.ResolutionUnit] = _INCH
    elif dpi is None and set(exif) <= {*_RESOLUTION, Base.Orientation} and _resolution(exif) is None:
        return None
    return _packed(exif)


def _resolution(exif: Image.Exif) -> tuple[float, float] | None:
    scale = {_INCH: 1.0, _CENTIMETRE: 2.54}.get(exif.get(Base.ResolutionUnit, _INCH), 0.0)
    try:
        across, down = (float(exif[tag]) for tag in (Base.XResolution, Base.YResolution))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    sensible = 0 < across * scale < 1e6 and 0 < down * scale < 1e6
    return (_rounded(across * scale), _rounded(down * scale)) if sensible else None


def _rounded(dpi: float) -> float:
    """Formats round a resolution differently: 300 an inch are 11811 a metre, which are 299.9994 an inch."""
    return float(_fraction(dpi))


def _rational(dpi: float) -> IFDRational:
    fraction = _fraction(dpi)
    return IFDRational(fraction.numerator, fraction.denominator)


def _fraction(dpi: float) -> Fraction:
    return Fraction(dpi).limit_denominator(100)


def _upright_xmp(xmp: bytes) -> bytes:
    return _THUMBNAILS.sub(b"", _ORIENTATION.sub(rb"\g<1>1", xmp))

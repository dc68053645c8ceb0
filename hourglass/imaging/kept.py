"""What Pillow keeps of a file beside its pixels."""

from PIL import Image

from hourglass.imaging.files.contents import Contents
from hourglass.imaging.files.metadata import exif_of_tiff


def keep(image: Image.Image, contents: Contents) -> None:
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


def _bits(image: Image.Image) -> int:
    """Of a sample of a TIFF; 8 of what is none."""
    tags = getattr(image, "tag_v2", None)
    return int(max(tags.get(258, (8,)))) if tags is not None else 8

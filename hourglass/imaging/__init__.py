"""Bytes ↔ pixels: files of every format that is taken, and pictures as models take them."""

from hourglass.imaging.files.formats import FORMATS, Format, named, spoken
from hourglass.imaging.files.metadata import MAX_BYTES, Metadata, Wanted
from hourglass.imaging.fitting import fit_picture, stretched
from hourglass.imaging.hidden import smoothed
from hourglass.imaging.opening import Opened, open_image
from hourglass.imaging.peak import peak_bytes
from hourglass.imaging.picture import Picture, Pixels, luma, over_black
from hourglass.imaging.reading import read_picture
from hourglass.imaging.sheet import contact_sheet
from hourglass.imaging.sources import Source, to_picture
from hourglass.imaging.writing import MediaType, lost_in, write_image

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Format",
    "MediaType",
    "Metadata",
    "Opened",
    "Picture",
    "Pixels",
    "Source",
    "Wanted",
    "contact_sheet",
    "fit_picture",
    "lost_in",
    "luma",
    "named",
    "open_image",
    "over_black",
    "peak_bytes",
    "read_picture",
    "smoothed",
    "spoken",
    "stretched",
    "to_picture",
    "write_image",
]

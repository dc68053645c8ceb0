"""Bytes ↔ pixels: files of every format that is taken, and pictures as models take them."""

from hourglass.imaging.fitting import fit_picture, stretched
from hourglass.imaging.picture import Picture, Pixels, luma, over_black
from hourglass.imaging.reading import FORMATS, Format, open_image, read_picture
from hourglass.imaging.sheet import contact_sheet
from hourglass.imaging.sources import Source, to_picture
from hourglass.imaging.writing import MediaType, lost_in, write_image

__all__ = [
    "FORMATS",
    "Format",
    "MediaType",
    "Picture",
    "Pixels",
    "Source",
    "contact_sheet",
    "fit_picture",
    "lost_in",
    "luma",
    "open_image",
    "over_black",
    "read_picture",
    "stretched",
    "to_picture",
    "write_image",
]

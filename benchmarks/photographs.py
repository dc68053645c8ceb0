"""The photographs that are measured."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""A photograph, uint8 [height, width, 3]."""

SUFFIXES = {".avif", ".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def find_photographs(folder: Path, least_side: int, needed_by: str) -> list[Path]:
    """The image files of a folder, by name, all with the ``least_side`` pixels each way that ``needed_by`` needs.

    Raises FileNotFoundError if there is no such folder, or none in it; OSError if one is no image, and ValueError if
    one is too small: before anything is measured, not after an hour.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise FileNotFoundError(f"no image in {folder}: no file ends in {', '.join(sorted(SUFFIXES))}")
    for path in found:
        with Image.open(path) as image:
            width, height = image.size
        if min(width, height) < least_side:
            raise ValueError(f"{path.name} is {width}×{height}; {needed_by} needs {least_side} pixels each way")
    return found


def read_photograph(path: Path) -> Pixels:
    """uint8 [height, width, 3]. Raises OSError if it is no image."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))

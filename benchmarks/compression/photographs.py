"""The photographs that are coded."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.compression.contender import Pixels
from benchmarks.compression.fidelity import LEAST_SIDE

SUFFIXES = {".avif", ".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def find_photographs(folder: Path) -> list[Path]:
    """The image files of a folder, by name.

    Raises FileNotFoundError if there is no such folder, or none in it; OSError if one is no image, and ValueError if
    one is too small for MS-SSIM: before anything is measured, not after an hour.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise FileNotFoundError(f"no image in {folder}: no file ends in {', '.join(sorted(SUFFIXES))}")
    for path in found:
        with Image.open(path) as image:
            width, height = image.size
        if min(width, height) < LEAST_SIDE:
            raise ValueError(f"{path.name} is {width}×{height}; MS-SSIM needs {LEAST_SIDE} pixels each way")
    return found


def read_photograph(path: Path) -> Pixels:
    """uint8 [height, width, 3]. Raises OSError if it is no image."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))

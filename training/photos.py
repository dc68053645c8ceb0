"""Photographs from a folder, for training: decoded once, kept as uint8."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from training.data import DataError

FORMATS = (".avif", ".bmp", ".jpeg", ".jpg", ".png", ".webp")
HELD_OUT_EVERY = 20
"""Every twentieth photo is not trained on, but used to watch the training."""


def find_photos(folder: Path) -> list[Path]:
    """The image files below ``folder``, in order. Raises DataError if there is none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in FORMATS)
    if not found:
        raise DataError(f"there is no photo in {folder}; --images says where they are")
    return found


def split_photos(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """The photos to train on, and the photos held out."""
    held_out = paths[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]
    return [path for path in paths if path not in set(held_out)], held_out


def load_photo(path: Path) -> Tensor:
    """uint8 [3, height, width]. Raises DataError, naming the file, if it cannot be decoded."""
    try:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))


def load_photos(paths: list[Path], smallest: int) -> list[Tensor]:
    """The photos, uint8 [3, height, width], that have at least ``smallest`` pixels each way; others are left out."""
    photos = [load_photo(path) for path in paths]
    large = [photo for photo in photos if min(photo.shape[1:]) >= smallest]
    if not large:
        raise DataError(f"none of {len(paths)} photos is as large as {smallest} pixels either way")
    return large


def with_halves(photos: list[Tensor], smallest: int) -> list[Tensor]:
    """The photos, uint8 [3, height, width], and the same at half the size if they are then still large enough.

    A pixel of a half is the mean of four: it has more detail in as many pixels, and less noise.
    """
    halves = [F.avg_pool2d(photo.float(), 2).round().to(torch.uint8) for photo in photos]
    return photos + [half for half in halves if min(half.shape[1:]) >= smallest]

"""The magnetic tiles: images of good ones, of five kinds of defect with masks, and two ways to split them.

Huang, Qiu, Yuan: Surface defect saliency of magnetic tile, 2020.
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.anomaly.results import Split
from hourglass.imaging import Pixels

GOOD = "free"
DEFECTS = ("blowhole", "break", "crack", "fray", "uneven")
FITTED = 0.8
SEED = 0
FRAME = re.compile(r"exp(\d+)_num_(\d+)")
LARGEST_GAP = 60
"""Frame numbers further apart are of different tiles; a tile's exposures were taken in a row."""

BY_IMAGE, BY_TILE = "at random", "by tile"


@dataclass(frozen=True)
class Tiles:
    """The files of one split: ``fitted`` and ``tested`` are good, ``defects`` of each kind are all tested."""

    split: Split
    fitted: list[Path]
    tested: list[Path]
    defects: dict[str, list[Path]]


def find_tiles(folder: Path) -> tuple[Tiles, Tiles]:
    """Both splits, at random and by tile.

    Raises FileNotFoundError where a folder, its images, or a mask is missing, ValueError if a file is not named after
    its frame, as ``exp4_num_10181.jpg`` is.
    """
    good = _files(folder / GOOD)
    defects = {kind: _files(folder / kind) for kind in DEFECTS}
    for file in (file for files in defects.values() for file in files):
        if not mask_of(file).exists():
            raise FileNotFoundError(f"no mask {mask_of(file)}")
    groups = group_by_tile(good)
    drawn = [[file] for file in good]
    return _split(BY_IMAGE, drawn, groups, defects), _split(BY_TILE, groups, groups, defects)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    if found := sorted(folder.glob("*.jpg")):
        return found
    raise FileNotFoundError(f"no image in {folder}: no file ends in .jpg")


def group_by_tile(files: Sequence[Path]) -> list[list[Path]]:
    """The files of each tile. The frames of a tile are neighbours, each with another exposure."""
    groups: list[list[Path]] = []
    exposures: set[int] = set()
    last = -LARGEST_GAP - 1
    for frame, exposure, file in sorted((*_frame(file), file) for file in files):
        if frame - last > LARGEST_GAP or exposure in exposures:
            groups.append([])
            exposures = set()
        groups[-1].append(file)
        exposures.add(exposure)
        last = frame
    return groups


def _frame(file: Path) -> tuple[int, int]:
    if named := FRAME.fullmatch(file.stem):
        return int(named[2]), int(named[1])
    raise ValueError(f"{file} is not named after its exposure and frame, as exp4_num_10181.jpg is")


def _split(name: str, drawn: list[list[Path]], groups: list[list[Path]], defects: dict[str, list[Path]]) -> Tiles:
    """Fits on the first 80 % of what is ``drawn``, in random order."""
    order = np.random.default_rng(SEED).permutation(len(drawn))
    chosen = {file for place in order[: int(FITTED * len(drawn))] for file in drawn[place]}
    good = sorted(file for group in groups for file in group)
    fitted, tested = [file for file in good if file in chosen], [file for file in good if file not in chosen]
    known = sum(file not in chosen for group in groups if chosen.intersection(group) for file in group)
    sha256 = hashlib.sha256("\n".join(file.name for file in fitted).encode()).hexdigest()
    counts = {kind: len(files) for kind, files in defects.items()}
    return Tiles(Split(name, len(fitted), len(tested), known, len(groups), counts, sha256), fitted, tested, defects)


def copy_fitted(tiles: Tiles, into: Path) -> None:
    """Copies the fitted images into a new folder. Raises FileExistsError if there is one."""
    into.mkdir(parents=True)
    for file in tiles.fitted:
        shutil.copy2(file, into / file.name)


def read_gray(path: Path) -> Pixels:
    """uint8 [height, width, 1]. Raises OSError if it is no image."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))[:, :, None]


def mask_of(file: Path) -> Path:
    return file.with_suffix(".png")


def read_mask(file: Path) -> NDArray[np.bool_]:
    """Where the tile in ``file`` is defective, [height, width]. Raises OSError if its mask is no image."""
    return read_gray(mask_of(file))[:, :, 0] > 127

"""A folder of good images, as people have them: files that cannot be used are left out, with the reason."""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hourglass.errors import HourglassError
from hourglass.imaging import Pixels, stretched, to_picture
from training.anomaly.features import COARSEST, FINEST
from training.data import DataError

SMALLEST = 16
"""The least pixels each way that an image must have."""

FEWEST = 20
"""The least images that are needed: half of them set the scale."""

MOST_NAMED = 10
"""How many of the files left out an error names."""

Track = Callable[[Sequence[Path], str], Iterable[Path]]
"""Goes through files and shows its progress, labelled with the name of the step."""


def silently(files: Sequence[Path], _: str) -> Iterable[Path]:
    """Goes through files, and shows nothing."""
    return files


@dataclass(frozen=True)
class Folder:
    """The image ``files`` that can be used, in order, and the files ``left_out``, each with the reason.

    ``channels`` is 1 if all images are gray, else 3. All are stretched to squares of ``side`` pixels.
    """

    path: Path
    files: list[Path]
    channels: int
    side: int
    left_out: dict[Path, str]

    def read(self, file: Path) -> Pixels:
        """uint8 [side, side, channels], as the service will see such an image."""
        return stretched(to_picture(file), self.channels, self.side)[0]


def open_folder(path: Path, track: Track = silently) -> Folder:
    """Reads all files below ``path``. Raises DataError if there is no such folder, or if too few can be used."""
    if not path.is_dir():
        raise DataError(f"there is no folder {path}; --data says where the good images are")
    found = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    files, left_out, sides, channels = [], {}, [], 1
    seen: dict[bytes, Path] = {}
    for file in track(found, "reading"):
        try:
            picture = to_picture(file)
        except (HourglassError, OSError) as error:
            left_out[file] = str(error)
            continue
        height, width, depth = picture.pixels.shape
        same = seen.setdefault(hashlib.sha256(f"{height} {width}".encode() + picture.pixels.tobytes()).digest(), file)
        if min(height, width) < SMALLEST:
            left_out[file] = f"{width}x{height} pixels: less than {SMALLEST}"
        elif same != file:
            left_out[file] = f"the same image as {same.name}"
        else:
            files.append(file)
            sides.append(math.sqrt(width * height))
            channels = max(channels, depth)
    _suffice(path, len(files), left_out)
    return Folder(path, files, 1 if channels == 1 else 3, square_side(sorted(sides)[len(sides) // 2]), left_out)


def _suffice(path: Path, used: int, left_out: dict[Path, str]) -> None:
    if used >= FEWEST:
        return
    lines = [f"  {file.relative_to(path)}: {why}" for file, why in left_out.items()]
    lines[MOST_NAMED:] = [f"  and {len(lines) - MOST_NAMED} more"] if len(lines) > MOST_NAMED else []
    reasons = "\n".join([". Left out:", *lines]) if lines else ""
    raise DataError(f"{path} has {used} images that can be used, and {FEWEST} are needed{reasons}")


def square_side(side: float) -> int:
    """The largest power of two that is at most a seventh above ``side``, within the scales there are."""
    return min(FINEST, max(COARSEST, 1 << int(math.log2(side * 8 / 7))))

"""A folder of good images, as people have them: what cannot be used is left out, and said."""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from service.errors import HourglassError
from service.imaging import Pixels, open_image, read_picture, stretched
from service.settings import Settings
from training.anomaly.features import COARSEST, FINEST
from training.data import DataError

SMALLEST = 16
"""Pixels that an image must have either way to tell anything."""

FEWEST = 20
"""Images that are needed: half of them set the scale."""

SAID = 10
"""Of the files left out, those that an error names."""

TAKEN = Settings.model_fields["formats"].default
MOST_PIXELS = Settings.model_fields["max_pixels"].default


@dataclass
class Folder:
    """The ``files`` that begin like images, in order; those ``left_out``, and why: more once images are read.

    ``channels`` is 1 if all images are gray, else 3; ``side`` that of the square to which they are stretched.
    """

    path: Path
    files: list[Path]
    channels: int
    side: int
    left_out: dict[Path, str] = field(default_factory=dict)
    _seen: dict[bytes, Path] = field(default_factory=dict, repr=False)

    def images(self, advance: Callable[[], None]) -> Iterator[Pixels]:
        """Each image, uint8 [side, side, channels], as the service will see such a one; once only.

        ``advance`` is called for each file. Raises DataError, at the end, if too few could be read.
        """
        used = 0
        for file in self.files:
            pixels = self._read(file)
            advance()
            if pixels is not None:
                used += 1
                yield pixels
        _suffice(self.path, used, self.left_out)

    def _read(self, file: Path) -> Pixels | None:
        try:
            with open_image(file.read_bytes(), TAKEN, MOST_PIXELS) as image:
                pixels, _ = stretched(read_picture(image), self.channels, self.side)
        except (HourglassError, OSError) as error:
            self.left_out[file] = str(error)
            return None
        first = self._seen.setdefault(hashlib.sha256(pixels.tobytes()).digest(), file)
        if first != file:
            self.left_out[file] = f"the same image as {first.name}"
            return None
        return pixels


def open_folder(path: Path) -> Folder:
    """Reads the headers of all files below ``path``. Raises DataError if there is no such folder, or too few images."""
    if not path.is_dir():
        raise DataError(f"there is no folder {path}; --data says where the good images are")
    files, left_out, sides, channels = [], {}, [], 1
    for file in sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith(".")):
        try:
            with open_image(file.read_bytes(), TAKEN, MOST_PIXELS) as image:
                width, height = image.size
                gray = Image.getmodebase(image.mode) == "L"
        except (HourglassError, OSError) as error:
            left_out[file] = str(error)
            continue
        if min(width, height) < SMALLEST:
            left_out[file] = f"{width}x{height} pixels: less than {SMALLEST}"
            continue
        files.append(file)
        sides.append(math.sqrt(width * height))
        channels = channels if gray else 3
    _suffice(path, len(files), left_out)
    return Folder(path, files, channels, square_side(sorted(sides)[len(sides) // 2]), left_out)


def _suffice(path: Path, used: int, left_out: dict[Path, str]) -> None:
    if used >= FEWEST:
        return
    said = [f"  {file.relative_to(path)}: {why}" for file, why in left_out.items()]
    said[SAID:] = [f"  and {len(said) - SAID} more"] if len(said) > SAID else []
    reasons = "\n".join([". Left out:", *said]) if said else ""
    raise DataError(f"{path} has {used} images that can be used, and {FEWEST} are needed{reasons}")


def square_side(side: float) -> int:
    """The largest power of two that is at most a seventh above ``side``, within the scales there are."""
    return min(FINEST, max(COARSEST, 1 << int(math.log2(side * 8 / 7))))

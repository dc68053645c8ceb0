"""Where files come from and where results go."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ENDINGS = "avif bmp gif heic heif j2k jp2 jpeg jpg png tif tiff webp"
IMAGES = tuple(f".{ending}" for ending in _ENDINGS.split())
STANDARD_OUTPUT = Path("-")


class BadPlace(Exception):
    """Sources and destination that do not fit together; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file to work on, and where its result goes."""

    source: Path
    target: Path


def find_files(places: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[tuple[Path, Path]]:
    """Each file, and its path below the folder that was named. Of a folder, those of ``suffixes``, at any depth.

    Raises BadPlace for a path that does not exist.
    """
    for place in places:
        if place.is_dir():
            files = (file for file in place.rglob("*") if file.suffix.lower() in suffixes and file.is_file())
            yield from ((file, file.relative_to(place)) for file in sorted(files))
        elif place.exists():
            yield place, Path(place.name)
        else:
            raise BadPlace(f"{place} does not exist")


def plan(paths: list[Path], output: Path | None, suffixes: tuple[str, ...], suffix: str | None) -> list[Item]:
    """What becomes of each file of ``paths``.

    Results go to ``output``; without it the last of several paths says where to, as in ``cp``, and the result of a
    single path lies beside it. They get ``suffix``, or keep their own where that is None. A folder keeps its
    structure. Raises BadPlace where there is no file, or two results would have one place.
    """
    if output is None and len(paths) > 1:
        *paths, output = paths
    files = list(find_files(paths, suffixes))
    if not files:
        raise BadPlace(f"there is no file to work on in {', '.join(map(str, paths))}")
    into_folder = output is not None and (output.is_dir() or len(files) > 1 or paths[0].is_dir())
    items = []
    for source, below in files:
        if output is None:
            target = source.with_suffix(suffix) if suffix else source.with_stem(f"{source.stem}-clean")
        elif into_folder:
            target = output / (below.with_suffix(suffix) if suffix else below)
        else:
            target = output
        items.append(Item(source, target))
    _refuse_clashes(items)
    return items


def _refuse_clashes(items: list[Item]) -> None:
    if len(items) > 1 and items[0].target.parts[:1] == STANDARD_OUTPUT.parts:
        raise BadPlace("standard output takes the result of one file")
    sources: dict[Path, Path] = {}
    for item in items:
        if item.target in sources:
            raise BadPlace(f"{sources[item.target]} and {item.source} would both become {item.target}")
        sources[item.target] = item.source


def write_whole(target: Path, data: bytes) -> None:
    """Writes a file so that it is there whole or not at all. Makes its folder. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(unfinished).chmod(0o666 & ~umask)  # a temporary file is its owner's alone
        Path(unfinished).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise

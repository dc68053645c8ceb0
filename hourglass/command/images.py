"""Files in, files out: encode, decode, denoise."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from hourglass.command.options import Jobs, Metadata, Model, Output, Overwrite, Paths, Resize, SkipExisting
from hourglass.command.places import IMAGES, STANDARD_OUTPUT, BadPlace, Item, plan
from hourglass.command.runs import Run, Task, usual_jobs
from hourglass.command.tasks import Done, Models
from hourglass.errors import BadParameter
from hourglass.imaging import MediaType
from hourglass.models.installed import DEFAULT_QUALITY, Strength

BITSTREAM = ".hgls"
WRITTEN: dict[str, MediaType] = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".avif": "image/avif",
}
"""The formats of results, by suffix."""


def _strength(value: str) -> Strength:
    if value == "auto":
        return "auto"
    if value.isascii() and value.isdecimal() and int(value) <= 100:
        return int(value)
    raise typer.BadParameter("--strength: auto, or a whole number of 0 to 100")


def encode(
    paths: Paths,
    output: Output = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="1 is smallest, 100 closest")] = DEFAULT_QUALITY,
    target_bytes: Annotated[int | None, typer.Option(min=1, help="the best quality that fits in so many bytes")] = None,
    model: Model = None,
    resize: Resize = False,
    metadata: Metadata = "keep",
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
) -> None:
    """Compress images into .hgls files.

    hourglass encode photo.jpg photo.hgls --quality 50
    """
    items = _planned(paths, output, IMAGES, BITSTREAM)
    models = Models(_threads(items))

    def task(file: bytes, _: Path) -> Done:
        if target_bytes is None:
            return models.encode(file, model, quality, resize, metadata)
        return _fitting(lambda quality: models.encode(file, model, quality, resize, metadata), target_bytes)

    _run(items, task, jobs, overwrite, skip_existing)


def decode(
    paths: Paths,
    output: Output = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
) -> None:
    """Show .hgls files again, as PNG, WebP, JPEG or AVIF.

    hourglass decode photo.hgls photo.png
    """
    items = _planned(paths, output, (BITSTREAM,), ".png")
    models = Models(_threads(items))
    _run(items, lambda file, target: models.decode(file, _media_type(target)), jobs, overwrite, skip_existing)


def denoise(
    paths: Paths,
    output: Output = None,
    strength: Annotated[str, typer.Option(help="0 to 100, or auto; of a photo, auto is 50")] = "auto",
    model: Model = None,
    resize: Resize = False,
    metadata: Metadata = "keep",
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
) -> None:
    """Take the noise out of images. Folders keep their structure.

    hourglass denoise noisy/ clean/
    """
    pushed = _strength(strength)
    items = [_writable(item) for item in _planned(paths, output, IMAGES, None)]
    models = Models(_threads(items))

    def task(file: bytes, target: Path) -> Done:
        return models.denoise(file, model, pushed, resize, metadata, _media_type(target))

    _run(items, task, jobs, overwrite, skip_existing)


def _planned(paths: list[Path], output: Path | None, suffixes: tuple[str, ...], suffix: str | None) -> list[Item]:
    try:
        return plan(paths, output, suffixes, suffix)
    except BadPlace as error:
        raise typer.BadParameter(str(error)) from error


def _threads(items: list[Item]) -> int | None:
    """One image has all cores; of several, each has one."""
    return None if len(items) == 1 else 1


def _run(items: list[Item], task: Task, jobs: int | None, overwrite: bool, skip_existing: bool) -> None:
    Run(overwrite, skip_existing).all(items, task, jobs or usual_jobs(len(items)))


def _fitting(encode: Callable[[int], Done], target_bytes: int) -> Done:
    """The result of the highest quality that fits. Raises BadParameter where none does."""
    best, low, high = None, 1, 100
    while low <= high:
        quality = (low + high) // 2
        made = encode(quality)
        if len(made.data) <= target_bytes:
            best, low = Done(made.data, f"quality {quality}, {made.says}"), quality + 1
        else:
            high = quality - 1
    if best is None:
        raise BadParameter(
            "target-bytes", f"at quality 1 it takes {len(made.data):,} bytes; {target_bytes:,} are too few"
        )
    return best


def _media_type(target: Path) -> MediaType:
    """Raises BadParameter where the suffix of a result is none that is written."""
    if target == STANDARD_OUTPUT:
        return "image/png"
    if target.suffix.lower() not in WRITTEN:
        raise BadParameter("output", f"{target} cannot be written; these can: {', '.join(WRITTEN)}")
    return WRITTEN[target.suffix.lower()]


def _writable(item: Item) -> Item:
    """The item; its result becomes a PNG where it has the suffix of its source, which cannot be written."""
    suffix = item.target.suffix.lower()
    if suffix in WRITTEN or suffix != item.source.suffix.lower():
        return item
    return Item(item.source, item.target.with_suffix(".png"))

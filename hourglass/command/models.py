"""What is installed, and what a file is."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hourglass.bitstream.container import MAGIC, Container
from hourglass.command.tasks import Models, installed_manifests
from hourglass.errors import HourglassError
from hourglass.imaging import to_picture


def models() -> None:
    """List the installed models, and what they can do."""
    try:
        manifests = installed_manifests()
    except HourglassError as error:
        raise typer.BadParameter(str(error)) from error
    table = Table("model", "version", "tasks", "summary")
    for manifest in manifests.values():
        tasks = ", ".join(f"[bold]{task}[/bold]" if task in manifest.default_for else task for task in manifest.tasks)
        table.add_row(manifest.name, manifest.version, tasks, manifest.summary)
    Console(highlight=False).print(table)
    Console(highlight=False).print("A task in bold is what the model is the default for.")


def info(file: Annotated[Path, typer.Argument(help="a compressed file, or an image")]) -> None:
    """Tell what a file is: what made it, how large its image is, what else it holds."""
    try:
        data = file.read_bytes()
        lines = _of_bitstream(data) if data.startswith(MAGIC) else _of_image(data)
    except (HourglassError, OSError) as error:
        raise typer.BadParameter(f"{file}: {error}") from error
    table = Table.grid(padding=(0, 2))
    for name, value in lines:
        table.add_row(name, value)
    Console(highlight=False).print(table)


def _of_bitstream(data: bytes) -> list[tuple[str, str]]:
    container = Container.unpack(data)
    pixels = container.width * container.height
    return [
        ("format", "Hourglass"),
        ("model", Models(threads=1).named(container)),
        ("quality", str(container.quality)),
        ("size", f"{container.width}x{container.height}"),
        ("bytes", f"{len(data):,}"),
        ("bits a pixel", f"{8 * len(data) / pixels:.3f}"),
        ("sections", ", ".join(f"{len(section):,} bytes" for section in container.sections)),
    ]


def _of_image(data: bytes) -> list[tuple[str, str]]:
    picture = to_picture(data)
    has = {"alpha": picture.alpha is not None, "color profile": picture.icc is not None}
    return [
        ("size", f"{picture.width}x{picture.height}"),
        ("channels", "gray" if picture.pixels.shape[2] == 1 else "color"),
        ("has", ", ".join(name for name, there in has.items() if there) or "nothing else"),
        ("bytes", f"{len(data):,}"),
    ]

"""How unusual images are, and new images."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hourglass.command.options import Model, Overwrite, Resize
from hourglass.command.places import IMAGES, STANDARD_OUTPUT, BadPlace, find_files, write_whole
from hourglass.command.runs import console, each, fail_with, reason
from hourglass.command.tasks import Models
from hourglass.errors import HourglassError
from hourglass.imaging import Picture, write_image
from hourglass.models.results import Scored

Row = tuple[Path, Scored | None, str]
"""A file, its score, or why it has none."""


def score(
    paths: Annotated[list[Path], typer.Argument(help="images, or folders of them", metavar="PATH...")],
    model: Model = None,
    false_alarm_rate: Annotated[float | None, typer.Option(help="share of normal images above the threshold")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="write the table to a file, or to - as CSV")] = None,
    heatmaps: Annotated[Path | None, typer.Option(help="folder for a map of where each image is unusual")] = None,
    resize: Resize = False,
    overwrite: Overwrite = False,
) -> None:
    """Tell how unusual images are to a model that knows normal ones.

    hourglass score parts/ --model my-line --csv out.csv
    """
    try:
        files = list(find_files(paths, IMAGES))
    except BadPlace as error:
        raise typer.BadParameter(str(error)) from error
    if table and table != STANDARD_OUTPUT and table.exists() and not overwrite:
        raise typer.BadParameter(f"{table} exists; --overwrite replaces it")
    models = Models(threads=None)
    rows: list[Row] = []
    failed: dict[Path, str] = {}
    below = dict(files)
    for file in each(below, len(files), "scored"):
        try:
            scored = models.score(file.read_bytes(), model, false_alarm_rate, resize)
            if heatmaps:
                _draw(scored, (heatmaps / below[file]).with_suffix(".png"), overwrite)
            rows.append((file, scored, ""))
        except (HourglassError, OSError, MemoryError) as error:
            failed[file] = reason(error)
            rows.append((file, None, failed[file]))
    _tell(rows, table)
    fail_with(failed)


def sample(
    count: Annotated[int, typer.Option(min=1, max=4096, help="how many images")] = 16,
    output: Annotated[Path, typer.Option("--output", "-o", help="a PNG, or - for standard output")] = Path("sheet.png"),
    model: Model = None,
    seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same images")] = 0,
    temperature: Annotated[float, typer.Option(min=0, max=2, help="below 1 typical, above 1 odd")] = 1.0,
    overwrite: Overwrite = False,
) -> None:
    """Draw new images that nobody ever made, on one sheet.

    hourglass sample --model fashion-variational --count 64 -o sheet.png
    """
    if output != STANDARD_OUTPUT and output.exists() and not overwrite:
        raise typer.BadParameter(f"{output} exists; --overwrite replaces it")
    try:
        sheet = Models(threads=None).sample(model, count, seed, temperature)
    except HourglassError as error:
        raise typer.BadParameter(str(error)) from error
    if output == STANDARD_OUTPUT:
        typer.get_binary_stream("stdout").write(sheet)
    else:
        write_whole(output, sheet)
        console.print(f"{output}: {count} images, {len(sheet):,} bytes", markup=False)


def _draw(scored: Scored, target: Path, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        raise FileExistsError(17, f"{target} exists; --overwrite replaces it")
    write_whole(target, write_image(Picture(scored.heatmap), "image/png"))


def _tell(rows: list[Row], table: Path | None) -> None:
    if table is None:
        Console(highlight=False).print(_as_table(rows))
    elif table == STANDARD_OUTPUT:
        typer.echo(_as_csv(rows), nl=False)
    else:
        write_whole(table, _as_csv(rows).encode())
        unusual = sum(scored.anomalous for _, scored, _ in rows if scored)
        console.print(f"{table}: {unusual} of {len(rows)} images are anomalous", markup=False)


def _as_table(rows: list[Row]) -> Table:
    """The most unusual first."""
    table = Table("image", "score", "threshold", "percentile", "")
    for file, scored, why in sorted(rows, key=lambda row: -row[1].score if row[1] else 0):
        if scored:
            verdict = "[red]anomalous[/red]" if scored.anomalous else ""
            numbers = (f"{scored.score:.4g}", f"{scored.threshold:.4g}", f"{scored.percentile:.1f}")
            table.add_row(str(file), *numbers, verdict)
        else:
            table.add_row(str(file), "", "", "", why)
    return table


def _as_csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["image", "score", "threshold", "anomalous", "percentile", "error"])
    for file, scored, why in rows:
        values = (scored.score, scored.threshold, scored.anomalous, scored.percentile) if scored else ("",) * 4
        writer.writerow([file, *values, why])
    return text.getvalue()

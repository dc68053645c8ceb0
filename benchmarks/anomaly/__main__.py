"""python -m benchmarks.anomaly [--tiles DIR] | report | split --tiles DIR --into DIR"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import Progress
from threadpoolctl import threadpool_limits

from benchmarks.anomaly.contender import Hourglass, contenders
from benchmarks.anomaly.heat import draw_tiles
from benchmarks.anomaly.report import write_report
from benchmarks.anomaly.results import Results
from benchmarks.anomaly.rounds import CLASSES, measure_classes, measure_tiles
from benchmarks.anomaly.strange import strange_images
from benchmarks.anomaly.tiles import BY_IMAGE, Tiles, copy_fitted, find_tiles, read_gray
from benchmarks.machine import Machine
from benchmarks.photographs import find_photographs
from benchmarks.progress import progress_bar
from benchmarks.results import read_results, write_results
from training.anomaly.folder import SMALLEST
from training.data import load
from training.errors import TrainingError

RESULTS = Path(".bench/anomaly.json")
PICTURE = Path(".bench/anomaly-tiles.png")
DATA = ("mnist", "fashion")
PACKAGES = ("onnxruntime", "torch", "scikit-learn", "numpy", "pillow")

app = typer.Typer(help="Compares Hourglass with other anomaly detectors.", add_completion=False)
console = Console()

Out = Annotated[Path, typer.Option(help="folder of anomaly-results.md")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    tiles: Annotated[Path | None, typer.Option(help="folder of magnetic tiles: free/, blowhole/, ...")] = None,
    photos: Annotated[Path | None, typer.Option(help="folder of photographs, which are no tiles")] = None,
    out: Out = Path("docs"),
) -> None:
    """Measures, writes .bench/anomaly.json, and docs/anomaly-results.md from it."""
    if context.invoked_subcommand:
        return
    if photos and not tiles:
        raise typer.BadParameter(
            "photographs are shown to a detector of tiles: --tiles is needed", param_hint="--photos"
        )
    splits = find_tiles(tiles) if tiles else ()
    photographs = find_photographs(photos, SMALLEST, "a detector") if photos else []
    with threadpool_limits(1), progress_bar(console) as progress:
        torch.set_num_threads(1)  # as the service scores
        results = _measure(splits, photographs, progress)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.unlink(missing_ok=True)
    if splits:
        _draw(splits[-1])
    write_results(RESULTS, results)
    report(out)


def _measure(splits: Sequence[Tiles], photographs: Sequence[Path], progress: Progress) -> Results:
    every = contenders()
    results = Results(Machine.here(PACKAGES), {contender.name: contender.says for contender in every})
    for data in DATA:
        samples = measure_classes(data, load(data, train=True), load(data, train=False), every)
        results.classes += progress.track(samples, CLASSES * len(every), description=data)
    for tiles in splits:
        strange = {}
        if tiles.split.name == BY_IMAGE:
            height, width, _ = read_gray(tiles.fitted[0]).shape
            strange = strange_images(height, width, photographs)
        results.splits.append(tiles.split)
        measured = measure_tiles(tiles, every, strange)
        for sample, others in progress.track(measured, len(every), description=f"tiles {tiles.split.name}"):
            results.tiles.append(sample)
            results.strange += others
    return results


def _draw(tiles: Tiles) -> None:
    hourglass = Hourglass()
    hourglass.fit([read_gray(file) for file in tiles.fitted])
    draw_tiles(hourglass, tiles, PICTURE)


@app.command()
def report(out: Out = Path("docs")) -> None:
    """Writes docs/anomaly-results.md and its picture from .bench/anomaly.json."""
    results = read_results(RESULTS, Results)
    console.print(f"wrote {write_report(results, PICTURE, out)}")


@app.command()
def split(
    tiles: Annotated[Path, typer.Option(help="folder of magnetic tiles: free/, blowhole/, ...")],
    into: Annotated[Path, typer.Option(help="a new folder")],
) -> None:
    """Copies the good tiles that are fitted in the random split, for ``python -m training fit anomaly``."""
    at_random, _ = find_tiles(tiles)
    copy_fitted(at_random, into)
    console.print(f"wrote {into}: {len(at_random.fitted)} images")


if __name__ == "__main__":
    try:
        app()
    except (TrainingError, OSError, ValueError) as error:
        raise SystemExit(f"error: {error}") from error

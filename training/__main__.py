"""python -m training fit | fit anomaly | export | evaluate | report | data | graphics"""

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hourglass.models.manifest import Name
from training import autoencoders, data
from training.errors import TrainingError
from training.family import Folders
from training.loop import Run
from training.registry import FAMILIES, start_run

FIT_ANOMALY = "fit anomaly"

app = typer.Typer(help="Trains, exports and measures Hourglass's models.", no_args_is_help=True, add_completion=False)
console = Console(soft_wrap=True)


def _models(names: list[str]) -> list[str]:
    chosen = list(autoencoders.NAMES) if names == ["all"] else names
    if unknown := set(chosen) - set(FAMILIES):
        raise typer.BadParameter(f"no model is called {', '.join(sorted(unknown))}; there are: {', '.join(FAMILIES)}")
    return chosen


def _new_name(name: str) -> str:
    try:
        return TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise typer.BadParameter(f"{name}: small letters, digits and hyphens only, 63 at most") from error


Names = Annotated[
    list[str],
    typer.Argument(help=f"models, or 'all' of 28x28: {', '.join(FAMILIES)}", metavar="NAME", callback=_models),
]
Runs = Annotated[Path, typer.Option(help="folder of checkpoints")]
Images = Annotated[Path, typer.Option(help="folder of photographs, for the photo models")]
Models = Annotated[Path, typer.Option(help="folder of installed models")]
RUNS, IMAGES, MODELS = Path("runs"), Path("data/photos"), Path("models")


@app.command()
def fit(
    names: Names,
    resume: Annotated[bool, typer.Option(help="continue from the checkpoint")] = False,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="go over the images so often, not as the recipe says")
    ] = None,
    minutes: Annotated[float, typer.Option(help="stop after this long, each; --resume continues")] = math.inf,
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto")] = "auto",
    seed: int = 0,
    installed: Annotated[Path | None, typer.Option("--from", help="a photo model: begin with its weights")] = None,
    runs: Runs = RUNS,
    images: Images = IMAGES,
) -> None:
    """Trains models on the whole of their data set, and writes runs/NAME/checkpoint.pt."""
    able = [name for name, family in FAMILIES.items() if family.takes_weights]
    if installed and not set(names) <= set(able):
        raise typer.BadParameter(f"--from: only {' and '.join(able)} begin with other weights")
    for name in names:
        run = start_run(name, runs, images, device, seed, installed, epochs)
        if resume:
            run.resume()
        _fit_with_bar(run, minutes)
        console.print(f"{name}: step {run.step} of {run.steps}, {run.seconds:.0f} s, loss {run.losses[-1]:.5f}")


@app.command(FIT_ANOMALY)
def fit_anomaly(
    folder: Annotated[Path, typer.Option("--data", help="folder of good images")],
    name: Annotated[str, typer.Option(help="what to call the model", callback=_new_name)],
    licence: Annotated[str, typer.Option(help="that of the images, for the manifest")] = "not stated",
    seed: Annotated[int, typer.Option(help="decides which images set the scale")] = 0,
    models: Models = MODELS,
) -> None:
    """Fits a detector of anomalies on a folder of good images of your own, and writes models/NAME."""
    from training import anomaly

    with _progress(TextColumn("{task.description}")) as bar:

        def track(files: Sequence[Path], step: str) -> Iterable[Path]:
            return bar.track(files, description=step)

        good = anomaly.open_folder(folder, track)
        fitted = anomaly.fit_anomaly(good, name, models, seed, licence, track)
    for file, why in good.left_out.items():
        console.print(f"left out {file.relative_to(folder)}: {why}", highlight=False, markup=False)
    origin, scale = fitted.origin, fitted.anomaly
    console.print(f"{models / name}: fitted on {origin.images} images in {origin.seconds:.0f} s")
    console.print(
        f"{scale.images} others set the scale: {100 * scale.false_alarm_rate:.2g} % score above {scale.threshold():.4g}"
    )


@app.command()
def export(names: Names, runs: Runs = RUNS, models: Models = MODELS, images: Images = IMAGES) -> None:
    """Writes models/NAME: ONNX graphs, entropy tables, manifest. Refuses if torch and onnxruntime differ."""
    for name in names:
        console.print(f"{name}: {FAMILIES[name].export(name, Folders(runs, models, images))}")


@app.command()
def evaluate(names: Names, runs: Runs = RUNS, models: Models = MODELS, images: Images = IMAGES) -> None:
    """Measures exported models on the whole test set, or held-out photos, and writes it into their manifests."""
    for name in names:
        console.print(name, FAMILIES[name].evaluate(name, Folders(runs, models, images)))


@app.command()
def report(models: Models = MODELS, docs: Path = Path("docs")) -> None:
    """Writes docs/results.md and its pictures from the manifests and the models."""
    from training.report.page import write_report

    console.print(f"wrote {write_report(models, docs)}")


@app.command("data")
def fetch_data() -> None:
    """Fetches MNIST and Fashion-MNIST into data/ and verifies them."""
    for name in autoencoders.DATASETS:
        for path in data.fetch(name):
            console.print(f"{path}: {path.stat().st_size:,} bytes, verified")


@app.command()
def graphics(
    folder: Path,
    count: int = 64,
    side: int = 512,
    seed: int = 0,
    held_out: Annotated[bool, typer.Option("--held-out", help="draw those that no model trains on")] = False,
) -> None:
    """Draws images that are not photographs, such as text, charts and patterns, and writes them into FOLDER."""
    from training.graphics import write_graphics

    write_graphics(folder, count, side, seed, held_out)
    console.print(f"{folder}: {count} images")


def _fit_with_bar(run: Run, minutes: float) -> None:
    with _progress(TextColumn(run.name), TextColumn("{task.fields[loss]}")) as bar:
        task = bar.add_task(run.name, total=run.steps, completed=run.step, loss="")
        run.fit(minutes, lambda: bar.update(task, completed=run.step, loss=f"loss {run.losses[-1]:.5f}"))


def _progress(before: ProgressColumn, *after: ProgressColumn) -> Progress:
    share = TextColumn("{task.percentage:3.0f} %")
    return Progress(before, BarColumn(), share, TimeElapsedColumn(), TimeRemainingColumn(), *after, console=console)


def main(arguments: Sequence[str]) -> None:
    """Runs the command. Ends with a message, not a traceback, at what whoever runs it can mend."""
    if " ".join(arguments[:2]) == FIT_ANOMALY:  # a command of its own, whose name has two words
        arguments = [FIT_ANOMALY, *arguments[2:]]
    try:
        app(arguments)
    except TrainingError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main(sys.argv[1:])

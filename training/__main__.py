"""python -m training fit | export | evaluate | report | data | graphics"""

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from training import data
from training.autoencoders import DATASETS, NAMES, build
from training.batches import Crops, Shuffled
from training.codec import CodecRecipe, PhotoCodec
from training.denoiser import DenoiserRecipe, PhotoDenoiser
from training.errors import TrainingError
from training.loop import Run, Trainable
from training.photos import find_photos, load_photos, split_photos, with_halves
from training.weights import begin_with

app = typer.Typer(help="Trains, exports and measures Hourglass's models.", no_args_is_help=True, add_completion=False)
console = Console()

PHOTOS = Path("data/photos")
ANOMALY = "anomaly"
_COLUMNS = (BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn(), TimeRemainingColumn())
PHOTO_MODELS = (PhotoCodec.name, PhotoDenoiser.name)

Names = Annotated[
    list[str],
    typer.Argument(help=f"models, or 'all' of 28x28: {', '.join((*NAMES, *PHOTO_MODELS))}", metavar="NAME..."),
]
Device = Annotated[str, typer.Option(help="cpu, cuda, or auto")]
Runs = Annotated[Path, typer.Option(help="folder of checkpoints")]
Images = Annotated[Path, typer.Option(help="folder of photographs, for the photo models")]
Models = Annotated[Path, typer.Option(help="folder of installed models")]


@app.command()
def fit(
    names: Names,
    resume: Annotated[bool, typer.Option(help="continue from the checkpoint")] = False,
    minutes: Annotated[float, typer.Option(help="stop after this long, each; --resume continues")] = math.inf,
    device: Device = "auto",
    seed: int = 0,
    installed: Annotated[Path | None, typer.Option("--from", help="a photo model: begin with its weights")] = None,
    runs: Runs = Path("runs"),
    images: Images = PHOTOS,
    folder: Annotated[Path | None, typer.Option("--data", help="anomaly: folder of good images")] = None,
    called: Annotated[str | None, typer.Option("--name", help="anomaly: what to call the model")] = None,
    licence: Annotated[str, typer.Option(help="anomaly: that of the images, for the manifest")] = "not stated",
    models: Models = Path("models"),
) -> None:
    """Trains models on the whole of their data set, and writes runs/NAME/checkpoint.pt.

    'anomaly' fits a detector on a folder of good images of your own, and writes models/NAME.
    """
    if names == [ANOMALY]:
        _fit_anomaly(folder, called, models, seed, licence)
        return
    chosen = _expand(names)
    if installed and not set(chosen) <= set(PHOTO_MODELS):
        raise typer.BadParameter(f"--from: only {' and '.join(PHOTO_MODELS)} begin with other weights")
    for name in chosen:
        run = start_run(name, runs, device, seed, images, installed)
        if resume:
            run.resume()
        _fit_with_bar(run, minutes)
        console.print(f"{name}: step {run.step} of {run.steps}, {run.seconds:.0f} s, loss {run.losses[-1]:.5f}")


@app.command()
def export(names: Names, runs: Runs = Path("runs"), models: Models = Path("models"), images: Images = PHOTOS) -> None:
    """Writes models/NAME: ONNX graphs, entropy tables, manifest. Refuses if torch and onnxruntime differ."""
    from training.autoencoders.export import export_model
    from training.codec.export import export_codec
    from training.denoiser.export import export_denoiser

    photo_models = {PhotoCodec.name: export_codec, PhotoDenoiser.name: export_denoiser}
    for name in _expand(names):
        folder = photo_models[name](runs, models, images) if name in photo_models else export_model(name, runs, models)
        console.print(f"{name}: {folder}")


@app.command()
def evaluate(names: Names, runs: Runs = Path("runs"), models: Models = Path("models"), images: Images = PHOTOS) -> None:
    """Measures exported models on the whole test set, or held-out photos, and writes it into their manifests."""
    from training.autoencoders.evaluate import evaluate_model
    from training.codec.evaluate import evaluate_codec
    from training.denoiser.evaluate import evaluate_denoiser

    photo_models = {PhotoCodec.name: evaluate_codec, PhotoDenoiser.name: evaluate_denoiser}
    for name in _expand(names):
        found = photo_models[name](models, images) if name in photo_models else evaluate_model(name, runs, models)
        console.print(name, found)


@app.command()
def report(models: Models = Path("models"), docs: Path = Path("docs")) -> None:
    """Writes docs/results.md and its pictures from the manifests and the models."""
    from training.report.page import write_report

    console.print(f"wrote {write_report(models, docs)}")


@app.command("data")
def fetch_data() -> None:
    """Fetches MNIST and Fashion-MNIST into data/ and verifies them."""
    for name in DATASETS:
        for path in data.fetch(name):
            console.print(f"{path}: {path.stat().st_size:,} bytes, verified")


@app.command()
def graphics(
    folder: Path,
    count: int = 64,
    side: int = 512,
    seed: int = 0,
    held_out: Annotated[bool, typer.Option("--held-out", help="those that no model trains on")] = False,
) -> None:
    """Draws images that are no photographs, text and patterns say, and writes them into FOLDER."""
    from training.graphics import write_graphics

    write_graphics(folder, count, side, seed, held_out)
    console.print(f"{folder}: {count} images")


def _fit_anomaly(path: Path | None, name: str | None, models: Path, seed: int, licence: str) -> None:
    from training.anomaly import fit_anomaly, open_folder

    if path is None or name is None:
        raise typer.BadParameter("fit anomaly needs --data, a folder of good images, and --name for the model")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise typer.BadParameter(f"--name {name}: small letters, digits and hyphens only, 63 at most")
    columns = (TextColumn("{task.description}"), *_COLUMNS)
    with Progress(*columns, console=console) as bar:

        def track(files: Sequence[Path], step: str) -> Iterable[Path]:
            return bar.track(files, description=step)

        folder = open_folder(path, track)
        fitted = fit_anomaly(folder, name, models, seed, licence, track)
    for file, why in folder.left_out.items():
        console.print(f"left out {file.relative_to(path)}: {why}", highlight=False, markup=False)
    origin, scale = fitted.origin, fitted.anomaly
    console.print(f"{models / name}: fitted on {origin.images} images in {origin.seconds:.0f} s")
    console.print(
        f"{scale.images} others set the scale: {100 * scale.false_alarm_rate:.2g} % score above {scale.threshold():.4g}"
    )


def start_run(
    name: str,
    runs: Path,
    device: str = "auto",
    seed: int = 0,
    images: Path = PHOTOS,
    installed: Path | None = None,
) -> Run:
    """A run at step 0, its weights drawn from ``seed``, or those of an ``installed`` model."""
    torch.manual_seed(seed)
    chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    if name in PHOTO_MODELS:
        network, shape = _photo_model(name)
        found, _ = split_photos(find_photos(images))
        began_with = begin_with(installed, network) if installed else ""
        photos = load_photos(found, shape.crop)
        if isinstance(shape, DenoiserRecipe):
            photos = with_halves(photos, shape.crop)
        crops = Crops(photos, shape.batch, shape.crop)
        return Run(name, network, shape, crops, runs, seed, chosen, began_with)
    model, recipe, dataset = build(name)
    batches = Shuffled(data.load(dataset, train=True).images, recipe.batch)
    return Run(name, model, recipe, batches, runs, seed, chosen)


def _photo_model(name: str) -> tuple[Trainable, CodecRecipe | DenoiserRecipe]:
    if name == PhotoCodec.name:
        return PhotoCodec(CodecRecipe()), CodecRecipe()
    return PhotoDenoiser(DenoiserRecipe()), DenoiserRecipe()


def _expand(names: list[str]) -> list[str]:
    chosen = list(NAMES) if names == ["all"] else names
    unknown = set(chosen) - {*NAMES, *PHOTO_MODELS}
    if unknown:
        raise typer.BadParameter(
            f"no model is called {', '.join(sorted(unknown))}; there are: {', '.join((*NAMES, *PHOTO_MODELS))}"
        )
    return chosen


def _fit_with_bar(run: Run, minutes: float) -> None:
    with Progress(TextColumn(run.name), *_COLUMNS, TextColumn("{task.fields[loss]}"), console=console) as bar:
        task = bar.add_task(run.name, total=run.steps, completed=run.step, loss="")
        run.fit(minutes, lambda: bar.update(task, completed=run.step, loss=f"loss {run.losses[-1]:.5f}"))


if __name__ == "__main__":
    try:
        app()
    except TrainingError as error:
        raise SystemExit(f"error: {error}") from error

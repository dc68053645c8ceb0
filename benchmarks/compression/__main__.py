"""python -m benchmarks.compression --images DIR | report"""

import tempfile
from pathlib import Path
from typing import Annotated

import imagecodecs
import typer
from PIL import features
from rich.console import Console

from benchmarks.compression.contender import Hourglass, MissingCodec, peers
from benchmarks.compression.crops import cut, images_to_cut
from benchmarks.compression.curves import read_published
from benchmarks.compression.fidelity import LEAST_SIDE
from benchmarks.compression.report import write_report
from benchmarks.compression.results import Results
from benchmarks.compression.rounds import measure, steps
from benchmarks.machine import Machine
from benchmarks.photographs import find_photographs
from benchmarks.progress import progress_bar
from benchmarks.results import read_results, write_results
from hourglass.errors import BrokenModel

RESULTS = Path(".bench/compression.json")
PIECES = Path(".bench/compression")
PACKAGES = ("onnxruntime", "numpy", "pillow", "imagecodecs")

app = typer.Typer(help="Compares Hourglass with other image codecs.", add_completion=False)
console = Console()

Out = Annotated[Path, typer.Option(help="folder of compression.md")]
Published = Annotated[Path | None, typer.Option(help="JSON file of published curves, drawn beside")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    images: Annotated[Path | None, typer.Option(help="folder of photographs to code")] = None,
    out: Out = Path("docs"),
    published: Published = None,
    model: Annotated[Path, typer.Option(help="folder of Hourglass's model")] = Path("models/photo-codec"),
    repeats: Annotated[int, typer.Option(min=1, help="times that everything is measured")] = 3,
) -> None:
    """Measures, writes .bench/compression.json, and docs/compression.md from it."""
    if context.invoked_subcommand:
        return
    if images is None:
        raise typer.BadParameter("a folder of photographs is needed", param_hint="--images")
    if published:
        read_published(published)  # so that what is wrong with it is told now
    paths = find_photographs(images, LEAST_SIDE, "MS-SSIM")
    contenders = (*peers(), Hourglass(model))
    settings = {contender.name: contender.says for contender in contenders}
    machine = Machine.here(PACKAGES, _libraries())
    results = Results(machine, f"{len(paths)} of `{images.resolve().name}`", repeats, settings)
    PIECES.mkdir(parents=True, exist_ok=True)
    with progress_bar(console) as progress, tempfile.TemporaryDirectory() as scratch:
        for path in progress.track(images_to_cut(paths), description="cutting"):
            results.cuts += cut(path, contenders, PIECES)
        task = progress.add_task("coding", total=steps(paths, contenders, repeats))
        results.samples += measure(paths, contenders, repeats, Path(scratch), lambda: progress.advance(task))
    write_results(RESULTS, results)
    report(out, published)


@app.command()
def report(out: Out = Path("docs"), published: Published = None) -> None:
    """Writes docs/compression.md and its pictures from .bench/compression.json."""
    curves = read_published(published) if published else {}
    console.print(f"wrote {write_report(read_results(RESULTS, Results), curves, PIECES, out)}")


def _libraries() -> dict[str, str]:
    """Versions of the codecs inside Pillow and imagecodecs."""
    inside = {"libjpeg-turbo": "libjpeg_turbo", "libwebp": "webp", "libavif": "avif"}
    versions = {name: str(features.version(feature)) for name, feature in inside.items()}
    return {**versions, "libjxl": imagecodecs.jpegxl_version().removeprefix("libjxl ")}


if __name__ == "__main__":
    try:
        app()
    except (BrokenModel, MissingCodec, OSError, ValueError) as error:
        raise SystemExit(f"error: {error}") from error

"""python -m benchmarks.denoising --images DIR | report"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.denoising.contender import Hourglass, peers
from benchmarks.denoising.crops import cut_noisy, cut_real, cut_strengths, images_to_cut
from benchmarks.denoising.fidelity import LEAST_SIDE
from benchmarks.denoising.published import BUNDLED, read_published
from benchmarks.denoising.report import write_report
from benchmarks.denoising.results import Results
from benchmarks.denoising.rounds import measure, steps
from benchmarks.machine import Machine
from benchmarks.photographs import find_photographs
from benchmarks.progress import progress_bar
from benchmarks.results import read_results, write_results
from hourglass.errors import BrokenModel

RESULTS = Path(".bench/denoising.json")
PIECES = Path(".bench/denoising")
PACKAGES = ("onnxruntime", "numpy", "bm3d", "opencv-python-headless")

app = typer.Typer(help="Compares Hourglass with other denoisers.", add_completion=False)
console = Console()

Out = Annotated[Path, typer.Option(help="folder of denoising.md")]
Published = Annotated[Path, typer.Option(help="JSON file of published figures, set beside")]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    images: Annotated[Path | None, typer.Option(help="folder of photographs to add noise to")] = None,
    shown: Annotated[Path | None, typer.Option(help="folder of those to show parts of; else the same")] = None,
    out: Out = Path("docs"),
    published: Published = BUNDLED,
    model: Annotated[Path, typer.Option(help="folder of Hourglass's model")] = Path("models/photo-denoiser"),
) -> None:
    """Measures, writes .bench/denoising.json, and docs/denoising.md from it."""
    if context.invoked_subcommand:
        return
    if images is None:
        raise typer.BadParameter("a folder of photographs is needed", param_hint="--images")
    read_published(published)  # so that what is wrong with it is told now
    paths = find_photographs(images, LEAST_SIDE, "SSIM")
    cut_from = images_to_cut(find_photographs(shown or images, LEAST_SIDE, "SSIM"))
    ours = Hourglass(model)
    contenders = (ours, *peers())
    settings = {contender.name: contender.says for contender in contenders}
    results = Results(Machine.here(PACKAGES), f"{len(paths)} of `{images.resolve().name}`", settings)
    PIECES.mkdir(parents=True, exist_ok=True)
    with progress_bar(console) as progress:
        for path in progress.track(cut_from, description="cutting"):
            results.cuts += cut_noisy(path, contenders, PIECES)
        results.cuts += [*cut_strengths(cut_from[0], ours, PIECES), *cut_real(ours, PIECES)]
        total = steps(paths, contenders)
        results.samples += progress.track(measure(paths, contenders), total, description="cleaning")
    write_results(RESULTS, results)
    report(out, published)


@app.command()
def report(out: Out = Path("docs"), published: Published = BUNDLED) -> None:
    """Writes docs/denoising.md and its pictures from .bench/denoising.json."""
    console.print(f"wrote {write_report(read_results(RESULTS, Results), read_published(published), PIECES, out)}")


if __name__ == "__main__":
    try:
        app()
    except (BrokenModel, OSError, ValueError) as error:
        raise SystemExit(f"error: {error}") from error

"""python -m benchmarks.serving install | run | report"""

import itertools
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from benchmarks.results import read_results, write_results
from benchmarks.serving.contender import ENVIRONMENTS, PEERS_COMPARED
from benchmarks.serving.install import install as install_peers
from benchmarks.serving.load import NoLoad, require_wrk
from benchmarks.serving.profile import profile
from benchmarks.serving.report import write_report
from benchmarks.serving.results import CLIENTS, Results
from benchmarks.serving.rounds import excused, measure
from benchmarks.serving.work import SHIPPED_PHOTOS, Work, photo_work, small_work

RESULTS = ENVIRONMENTS / "results.json"
PROFILED = (CLIENTS[0], CLIENTS[-1])

app = typer.Typer(help="Compares Hourglass with other model servers.", no_args_is_help=True, add_completion=False)
console = Console()

Docs = Annotated[Path, typer.Option(help="folder of performance.md")]


@app.command()
def install(
    peers: Annotated[list[str] | None, typer.Argument(help="peers; all, without any", metavar="[PEER]...")] = None,
) -> None:
    """Installs peers into .bench/, an environment each."""
    for peer, why in install_peers(peers or [peer.name for peer in PEERS_COMPARED]).items():
        console.print(f"{peer} could not be installed, and will be left out: {why}")


@app.command()
def run(
    repeats: Annotated[int, typer.Option(help="times that everything is measured")] = 3,
    seconds: Annotated[float, typer.Option(help="of each measurement; photographs get more")] = 5,
    only: Annotated[list[str] | None, typer.Option(help="a contender, besides the bare loops; repeatable")] = None,
    work: Annotated[Literal["small", "photo", "all"], typer.Option(help="what is to be done")] = "all",
    photos: Annotated[Path, typer.Option(help="folder of photographs; else scikit-learn's two")] = SHIPPED_PHOTOS,
    docs: Docs = Path("docs"),
) -> None:
    """Measures, writes .bench/results.json, and docs/performance.md from it."""
    require_wrk()
    ENVIRONMENTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        works = [make(_folder(scratch, name)) for name, make in _makers(photos).items() if work in {"all", name}]
        results = measure(works, repeats, seconds, Path(scratch), set(only or ()), console.print)
        for each, clients in itertools.product(works, PROFILED):
            with excused(f"the profile, {each.name}", results.absent):
                results.profiles.append(profile(each, clients, seconds * each.window, Path(scratch)))
    write_results(RESULTS, results)
    report(docs)


@app.command()
def report(docs: Docs = Path("docs")) -> None:
    """Writes docs/performance.md and its picture from .bench/results.json."""
    console.print(f"wrote {write_report(read_results(RESULTS, Results), docs)}")


def _makers(photos: Path) -> dict[str, Callable[[Path], Work]]:
    return {"small": small_work, "photo": partial(photo_work, photos=photos)}


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir()
    return folder


if __name__ == "__main__":
    try:
        app()
    except (NoLoad, FileNotFoundError) as error:
        raise SystemExit(f"error: {error}") from error

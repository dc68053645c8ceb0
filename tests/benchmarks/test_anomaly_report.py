"""From stored samples to the page, and the command that makes it."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks.anomaly.__main__ import app
from benchmarks.anomaly.published import PUBLISHED
from benchmarks.anomaly.report import TITLES, write_report
from benchmarks.anomaly.results import ClassSample, Results, Split, Strange, TileSample
from benchmarks.anomaly.rounds import ALL
from benchmarks.anomaly.tiles import DEFECTS
from benchmarks.machine import Machine
from benchmarks.results import read_results, write_results
from tests.benchmarks.tiles import write_tiles

ROOT = Path(__file__).parents[2]
CONTENDERS = ("Hourglass", "PCA of pixels")


@pytest.fixture
def results() -> Results:
    classes = [
        ClassSample(data, normal, contender, 0.9 + normal / 100, 1.5, [2.0, 3.0, 7.0])
        for data in TITLES
        for normal in range(10)
        for contender in CONTENDERS
    ]
    auroc = dict.fromkeys((ALL, *DEFECTS), 0.975)
    found = {"1 %": 0.5, "5 %": 0.75}
    splits = [
        Split("at random", 80, 20, 19, 30, dict.fromkeys(DEFECTS, 7), "abc123"),
        Split("by tile", 81, 19, 0, 30, dict.fromkeys(DEFECTS, 7), "def456"),
    ]
    tiles = [
        TileSample(split.name, contender, auroc, found, 0.88 if contender == "Hourglass" else None, 20.0, [12.0])
        for split in splits
        for contender in CONTENDERS
    ]
    strange = [Strange("black", contender, 1, 1) for contender in CONTENDERS]
    settings = {"Hourglass": "as it comes"}
    return Results(Machine.here(("numpy",)), settings, classes, tiles, strange, splits)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "anomaly-tiles.png")
    return tmp_path / "anomaly-tiles.png"


def test_page_has_every_contender_on_all_data(results: Results, picture: Path, tmp_path: Path) -> None:
    text = write_report(results, picture, tmp_path / "docs").read_text(encoding="utf-8")
    assert "| contender | MNIST | Fashion-MNIST |" in text
    for name in CONTENDERS:
        assert f"| {name} | 94.5 (90.0) | 94.5 (90.0) |" in text
    assert "| Fashion-MNIST | Hourglass | PCA of pixels |" in text
    assert "| ankle boot | 99.0 | 99.0 |" in text
    assert f"| Hourglass |{' 97.5 |' * 6} 88.0 | 50.0 | 75.0 |" in text
    assert f"| PCA of pixels |{' 97.5 |' * 6} – | 50.0 | 75.0 |" in text
    assert "blowhole (7)" in text
    assert "The tiles of 19 of the 20 good images" in text
    assert "| black | 1 of 1 | 1 of 1 |" in text
    assert "| Hourglass | 1.5 | 3.0 (2.0–7.0) | 1.5 | 3.0 (2.0–7.0) | 20.0 | 12.0 |" in text
    assert "| by tile | 81 | 19 | 0 | 30 | `def456` |" in text
    assert "| Hourglass | as it comes |" in text
    assert "(images/anomaly-tiles.png)" in text
    assert "welcomed to use" in text
    assert (tmp_path / "docs" / "images" / "anomaly-tiles.png").read_bytes() == picture.read_bytes()


def test_published_figures_stand_beside(results: Results, picture: Path, tmp_path: Path) -> None:
    text = write_report(results, picture, tmp_path).read_text(encoding="utf-8")
    assert "| ESAD, published | 98.5 | 94.0 |" in text
    assert "| OCGAN, published | 97.5 | – |" in text
    assert "| RD4AD, published, pretrained | ~99.3 | ~95.0 |" in text
    assert text.count("| PatchCore, published, pretrained | ~97.9 |") == 1
    for each in PUBLISHED:
        assert f"| {each.method} | {each.paper} |" in text
        assert each.auroc.keys() <= {*TITLES, "tiles"}


def test_page_without_tiles_says_so(results: Results, tmp_path: Path) -> None:
    results = Results(results.machine, results.settings, results.classes)
    text = write_report(results, tmp_path / "missing.png", tmp_path).read_text(encoding="utf-8")
    assert "`--tiles DIR` takes the folder" in text
    assert "Strange" not in text
    assert "PatchCore, published" not in text
    assert ".png" not in text


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results)
    assert read_results(tmp_path / "results.json", Results) == results


def test_report_is_written_again_from_what_was_stored(results: Results, inside: Path) -> None:
    (inside / ".bench").mkdir()
    write_results(inside / ".bench" / "anomaly.json", results)
    done = CliRunner().invoke(app, ["report", "--out", "pages"])
    assert done.exit_code == 0
    assert (inside / "pages" / "anomaly-results.md").exists()


def test_split_makes_the_folder_to_fit(inside: Path) -> None:
    write_tiles(inside / "tiles")
    done = CliRunner().invoke(app, ["split", "--tiles", "tiles", "--into", "good"])
    assert done.exit_code == 0
    assert "28 images" in done.output
    assert len(list((inside / "good").iterdir())) == 28


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--tiles", "nowhere"), "no folder nowhere"),
        (("--tiles", "tiles", "--photos", "nowhere"), "no folder nowhere"),
        (("split", "--tiles", "nowhere", "--into", "good"), "no folder nowhere"),
        (("split", "--tiles", "tiles", "--into", "tiles"), "tiles"),
        (("report",), ".bench/anomaly.json"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: tuple[str, ...], told: str, inside: Path) -> None:
    write_tiles(inside / "tiles")
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, OSError)
    assert told in str(done.exception)


def test_photographs_need_tiles(inside: Path) -> None:
    done = CliRunner().invoke(app, ["--photos", "photos"])
    assert done.exit_code == 2
    assert "--tiles" in done.output
    assert not list(inside.iterdir())


def test_error_is_a_line_on_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.anomaly", "--tiles", str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"error: no folder {tmp_path / 'nowhere' / 'free'}\n"

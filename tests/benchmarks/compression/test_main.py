"""python -m benchmarks.compression"""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks.compression.__main__ import app
from benchmarks.compression.results import Results
from benchmarks.results import write_results
from hourglass.errors import BrokenModel
from tests.benchmarks.conftest import Run


def test_report_is_drawn_again_from_what_was_stored(results: Results, pieces: Path, inside: Path) -> None:
    (inside / ".bench").mkdir()
    write_results(inside / ".bench" / "compression.json", results)
    pieces.rename(inside / ".bench" / "compression")
    done = CliRunner().invoke(app, ["report", "--out", "pages"])
    assert done.exit_code == 0
    assert (inside / "pages" / "compression.md").exists()
    assert (inside / "pages" / "images" / "compression-a.png").exists()


@pytest.fixture
def photographs(inside: Path) -> None:
    for name, side in {"tiny": 8, "good": 200}.items():
        (inside / name).mkdir()
        Image.new("RGB", (side, side)).save(inside / name / f"{side}.png")


@pytest.mark.usefixtures("photographs")
@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (("--images", "nowhere"), FileNotFoundError, "no folder nowhere"),
        (("--images", "."), FileNotFoundError, "no image in .: no file ends in .avif"),
        (("--images", "good", "--model", "nowhere"), BrokenModel, "nowhere"),
        (("--images", "good", "--published", "nowhere.json"), FileNotFoundError, "nowhere.json"),
        (("--images", "tiny"), ValueError, "8.png is 8×8; MS-SSIM needs 176 pixels"),
        (("report",), FileNotFoundError, ".bench/compression.json"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: tuple[str, ...], error: type[Exception], told: str) -> None:
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, error)
    assert told in str(done.exception)


def test_images_must_be_named(inside: Path) -> None:
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 2
    assert "--images" in done.output
    assert not list(inside.iterdir())


def test_error_is_a_line_on_the_terminal(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert run("benchmarks.compression", "--images", str(nowhere)) == f"error: no folder {nowhere}"

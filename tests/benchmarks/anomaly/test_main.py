"""python -m benchmarks.anomaly"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.anomaly.__main__ import app
from benchmarks.anomaly.results import Results
from benchmarks.results import write_results
from tests.benchmarks.anomaly.tiles import write_tiles
from tests.benchmarks.conftest import Run


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


def test_error_is_a_line_on_the_terminal(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert run("benchmarks.anomaly", "--tiles", str(nowhere)) == f"error: no folder {nowhere / 'free'}"

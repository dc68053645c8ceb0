"""python -m benchmarks.serving"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.results import write_results
from benchmarks.serving import __main__ as command
from benchmarks.serving.results import Results
from tests.benchmarks.conftest import Run


def test_report_is_written_again_from_what_was_stored(
    results: Results, inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "RESULTS", inside / "results.json")
    write_results(inside / "results.json", results)
    done = CliRunner().invoke(command.app, ["report", "--docs", "pages"])
    assert done.exit_code == 0
    assert (inside / "pages" / "performance.md").read_text(encoding="utf-8").startswith("# Performance")


def test_without_wrk_nothing_is_measured(run: Run, inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(inside))
    assert run("benchmarks.serving", "run") == (
        "error: the load comes from wrk, which is not installed; on Debian: apt-get install wrk"
    )
    assert not list(inside.iterdir())


def test_missing_results_are_a_line_on_the_terminal(run: Run, inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.serving.contender.ENVIRONMENTS", inside)
    assert f"No such file or directory: '{inside / 'results.json'}'" in str(run("benchmarks.serving", "report"))

"""A place for commands to run in, and their run as ``python -m`` does it."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., object]


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the command runs."""
    folder = tmp_path / "inside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("benchmarks.anomaly", "--tiles", "DIR")``: the exit status, or the error that the terminal shows.

    The command runs in this process: another would import torch again, which takes seconds.
    """

    def run(package: str, *arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["", *arguments])
        monkeypatch.delitem(sys.modules, f"{package}.__main__")
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(package, run_name="__main__")
        return ended.value.code

    return run

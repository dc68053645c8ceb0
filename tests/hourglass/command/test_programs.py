"""fit and serve become the programs that they start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hourglass.command.conftest import Run

COMMAND = [sys.executable, "-c", "from hourglass.command import main; main()"]
ROOT = Path(__file__).parents[3]


def test_fit_tells_the_options_of_training() -> None:
    told = subprocess.run([*COMMAND, "fit", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--name" in told.stdout


def test_fit_takes_the_folder_first(tmp_path: Path) -> None:
    refused = subprocess.run(
        [*COMMAND, "fit", str(tmp_path), "--name", "my-line"], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode != 0
    assert str(tmp_path) in refused.stdout + refused.stderr


def test_serve_takes_its_options(tmp_path: Path) -> None:
    environment = {**os.environ, "HOURGLASS_LEAVE_SECONDS": "0"}
    refused = subprocess.run(
        [*COMMAND, "serve", "--port", "0", "--models", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 2
    assert f"{tmp_path} holds no model" in refused.stdout + refused.stderr


def test_missing_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hourglass.command.programs.find_spec", lambda name: None)
    refused = run("serve")
    assert refused.exit_code == 1
    assert "this needs fastapi, which hourglass[service] brings" in refused.stderr

"""The command, run in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hourglass.command.app import app

IMAGES = Path(__file__).parents[3] / "docs" / "images"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``hourglass`` with arguments in an empty folder that holds photo.jpg and boot.png."""
    for name in ("photo.jpg", "boot.png"):
        shutil.copy(IMAGES / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)

    return call

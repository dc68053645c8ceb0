"""The commands that measure photographs: what they cannot do, and how they tell."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from benchmarks.compression.__main__ import app as compression
from benchmarks.denoising.__main__ import app as denoising
from hourglass.errors import BrokenModel

APPS = {"compression": compression, "denoising": denoising}
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=APPS)
def name(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


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
        (("report",), FileNotFoundError, ".bench/{name}.json"),
    ],
)
def test_what_cannot_be_done_is_told(name: str, arguments: tuple[str, ...], error: type[Exception], told: str) -> None:
    done = CliRunner().invoke(APPS[name], arguments)
    assert isinstance(done.exception, error)
    assert told.format(name=name) in str(done.exception)


@pytest.mark.usefixtures("photographs")
@pytest.mark.parametrize(
    ("app", "arguments", "error", "told"),
    [
        (compression, ("--images", "tiny"), ValueError, "8.png is 8×8; MS-SSIM needs 176 pixels"),
        (denoising, ("--images", "tiny"), ValueError, "8.png is 8×8; SSIM needs 11 pixels"),
        (denoising, ("--images", "good", "--shown", "nowhere"), FileNotFoundError, "no folder nowhere"),
    ],
)
def test_photographs_that_one_of_them_cannot_use_are_told(
    app: typer.Typer, arguments: tuple[str, ...], error: type[Exception], told: str
) -> None:
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, error)
    assert told in str(done.exception)


def test_images_must_be_named(name: str, inside: Path) -> None:
    done = CliRunner().invoke(APPS[name], [])
    assert done.exit_code == 2
    assert "--images" in done.output
    assert not list(inside.iterdir())


def test_error_is_a_line_on_the_terminal(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--images", str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"error: no folder {tmp_path / 'nowhere'}\n"

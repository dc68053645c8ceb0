"""The command: its options, what it prints, and what it refuses."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from hourglass.models.files import read_manifest
from training.__main__ import main
from training.graphics.lettering.fonts import Fonts

Command = Callable[..., tuple[int, str]]
NAME = "mnist-undercomplete"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command, whose ``(exit code, output)`` it returns, the output without its frames and line breaks."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        error, code = ("", end.value.code) if isinstance(end.value.code, int) else (str(end.value.code), 1)
        return code, " ".join((printed.out + printed.err + error).replace("│", " ").split())

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """24 gray images and a text."""
    folder = tmp_path / "good"
    folder.mkdir()
    for level in range(24):
        Image.linear_gradient("L").rotate(5 * level).resize((20 + level, 20)).save(folder / f"{level}.png")
    (folder / "notes.txt").write_text("all fine")
    return folder


def test_graphics_are_written_into_a_folder(command: Command, fonts: Fonts, tmp_path: Path) -> None:
    code, output = command("graphics", tmp_path / "drawn", "--count", "3", "--side", "40", "--held-out")
    assert code == 0 and "3 images" in output
    assert len(list((tmp_path / "drawn").glob("*.png"))) == 3


def test_a_folder_becomes_a_model_and_what_was_left_out_is_listed(command: Command, good: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    code, output = command(
        "fit", "anomaly", "--data", good, "--name", "my-line", "--models", models, "--licence", "ours"
    )
    assert code == 0, output
    assert "left out notes.txt: not an image" in output
    assert "fitted on 12 images" in output
    assert "12 others set the scale" in output
    manifest = read_manifest(models / "my-line")
    assert (manifest.name, manifest.origin.licence) == ("my-line", "ours")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fit", "anomaly", "--name", "my-line"], "Missing option '--data'"),
        (["fit", "anomaly", "--data", "."], "Missing option '--name'"),
        (["fit", "anomaly", "--data", ".", "--name", "My Line"], "My Line: small letters, digits and hyphens only"),
        (["fit", "anomaly", "--data", ".", "--name", "my-line", "--resume"], "No such option: --resume"),
        (["fit", "mnist-sparse", "--data", "."], "No such option: --data"),
        (["fit", "mnist-sparse", "mnist-dense"], "no model is called mnist-dense; there are: mnist-undercomplete,"),
        (["export", "anomaly"], "no model is called anomaly"),
        (["fit", "mnist-sparse", "--from", "models/mnist-sparse"], "--from: only photo-codec and photo-denoiser"),
    ],
)
def test_what_is_missing_or_wrong_is_named(command: Command, arguments: list[str], message: str) -> None:
    code, output = command(*arguments)
    assert code == 2
    assert message in output


def test_a_folder_without_images_is_an_error(command: Command, tmp_path: Path) -> None:
    code, output = command("fit", "anomaly", "--data", tmp_path, "--name", "my-line", "--models", tmp_path / "models")
    assert code == 1
    assert f"error: {tmp_path} has 0 images" in output
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("small_data")
def test_a_model_is_trained_in_two_runs_exported_and_measured(command: Command, tmp_path: Path) -> None:
    runs, models = ("--runs", tmp_path / "runs"), ("--models", tmp_path / "models")
    steps = []
    for resume in ((), ("--resume",)):
        code, output = command("fit", NAME, *resume, "--minutes", "0.01", "--device", "cpu", *runs)
        assert code == 0, output
        steps.append(int(re.findall(rf"{NAME}: step (\d+) of", output)[0]))
    assert 0 < steps[0] < steps[1]
    assert command("export", NAME, *runs, *models) == (0, f"{NAME}: {tmp_path / 'models' / NAME}")
    code, output = command("evaluate", NAME, *runs, *models)
    assert code == 0 and f"{NAME} {{" in output and "'psnr_db':" in output
    manifest = read_manifest(tmp_path / "models" / NAME)
    assert manifest.origin.steps == steps[1]
    assert manifest.metrics["psnr_db"] > 5

"""The command that fits a detector on a folder of one's own."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from hourglass.models.files import read_manifest
from training.__main__ import app
from training.data import DataError
from training.graphics.fonts import Fonts


def fit(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["fit", "anomaly", *map(str, arguments)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """24 gray images and a text."""
    folder = tmp_path / "good"
    folder.mkdir()
    for level in range(24):
        Image.linear_gradient("L").rotate(5 * level).resize((20 + level, 20)).save(folder / f"{level}.png")
    (folder / "notes.txt").write_text("all fine")
    return folder


def test_graphics_are_written_into_a_folder(fonts: Fonts, tmp_path: Path) -> None:
    arguments = ["graphics", str(tmp_path / "drawn"), "--count", "3", "--side", "40", "--held-out"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == 0 and "3 images" in result.output
    assert len(list((tmp_path / "drawn").glob("*.png"))) == 3


def test_a_folder_becomes_a_model_and_what_was_left_out_is_listed(good: Path, tmp_path: Path) -> None:
    code, output = fit("--data", good, "--name", "my-line", "--models", tmp_path / "models", "--licence", "ours")
    assert code == 0, output
    assert "left out notes.txt: not an image" in output
    assert "fitted on 12 images" in output
    assert "12 others set the scale" in output
    manifest = read_manifest(tmp_path / "models" / "my-line")
    assert (manifest.name, manifest.origin.licence) == ("my-line", "ours")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--data, a folder of good images"),
        (("--data", "."), "--name"),
        (("--data", ".", "--name", "My Line"), "--name My Line"),
    ],
)
def test_what_is_missing_or_wrong_is_named(arguments: tuple[str, ...], message: str) -> None:
    code, output = fit(*arguments)
    assert code == 2
    assert message in " ".join(output.replace("│", " ").split())


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has 0 images"):
        fit("--data", tmp_path, "--name", "my-line", "--models", tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_only_photo_models_begin_with_other_weights() -> None:
    result = CliRunner().invoke(app, ["fit", "mnist-sparse", "--from", "models/mnist-sparse"])
    assert result.exit_code == 2
    assert "--from: only photo-codec and photo-denoiser" in " ".join(result.output.replace("│", " ").split())

"""Where models are looked for, and what is read of them: files, of a size that they may have, and the ones promised."""

import hashlib
import os
from pathlib import Path

import pytest

from hourglass.errors import BrokenModel
from hourglass.models import files
from hourglass.models.files import FILENAME, models_folder, read_manifest, read_verified
from hourglass.models.manifest import File
from tests.conftest import MODELS

ROOT = Path(__file__).parents[3]


def put_model(models: Path) -> None:
    (models / "some-model").mkdir(parents=True)
    (models / "some-model" / "manifest.json").touch()


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the package is, as far as ``models_folder`` knows."""
    monkeypatch.setattr(files, "BESIDE", tmp_path)
    return tmp_path


def test_checkout_has_its_models() -> None:
    assert models_folder() == ROOT / "models"


def test_setting_comes_first(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_model(beside / "models")
    monkeypatch.setenv("HOURGLASS_MODELS", "elsewhere")
    assert models_folder() == Path("elsewhere")
    monkeypatch.setenv("HOURGLASS_MODELS", "")
    assert models_folder() == beside / "models"


def test_then_the_checkout_and_then_the_place_beside_the_package(beside: Path) -> None:
    put_model(beside / "hourglass_models")
    assert models_folder() == beside / "hourglass_models"
    put_model(beside / "models")
    assert models_folder() == beside / "models"


def test_package_of_another_that_is_called_models_is_passed_over(beside: Path) -> None:
    (beside / "models").mkdir()
    (beside / "models" / "__init__.py").touch()
    put_model(beside / "hourglass_models")
    assert models_folder() == beside / "hourglass_models"


def test_where_there_are_none_it_says_where_they_may_be(beside: Path) -> None:
    with pytest.raises(BrokenModel, match=r"no models are installed.*HOURGLASS_MODELS.*hourglass_models") as caught:
        models_folder()
    assert str(beside) in str(caught.value)


NAME = "fashion-undercomplete"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a model, whose manifest holds."""
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / FILENAME).write_bytes((MODELS / NAME / FILENAME).read_bytes())
    assert read_manifest(folder).name == NAME
    return folder


def test_manifest_that_is_a_pipe_is_refused(folder: Path) -> None:
    path = folder / FILENAME
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(BrokenModel, match=rf"{path}: is not a file"):
        read_manifest(folder)


@pytest.mark.parametrize("target", ["/dev/zero", "/"])
def test_manifest_that_is_a_device_or_folder_is_refused(folder: Path, target: str) -> None:
    path = folder / FILENAME
    path.unlink()
    path.symlink_to(target)
    with pytest.raises(BrokenModel, match=f"{path}: is not a file"):
        read_manifest(folder)


def test_manifest_of_400_gigabytes_is_refused(folder: Path) -> None:
    path = folder / FILENAME
    os.truncate(path, 400 << 30)
    with pytest.raises(BrokenModel, match=rf"{path}: has {400 << 30} bytes; at most"):
        read_manifest(folder)


def test_missing_manifest_is_named(folder: Path) -> None:
    (folder / FILENAME).unlink()
    with pytest.raises(BrokenModel, match=rf"{folder / FILENAME}: No such file"):
        read_manifest(folder)


def test_file_is_read_if_it_is_the_one_promised(folder: Path) -> None:
    (folder / "x").write_bytes(b"abc")
    assert read_verified(folder, File(file="x", sha256=hashlib.sha256(b"abc").hexdigest())) == b"abc"
    with pytest.raises(BrokenModel, match=rf"{folder / 'x'}: sha256 is"):
        read_verified(folder, File(file="x", sha256=hashlib.sha256(b"abd").hexdigest()))


def test_graph_of_400_gigabytes_is_refused(folder: Path) -> None:
    (folder / "x").touch()
    os.truncate(folder / "x", 400 << 30)
    with pytest.raises(BrokenModel, match=rf"{folder / 'x'}: has {400 << 30} bytes"):
        read_verified(folder, File(file="x", sha256="0" * 64))

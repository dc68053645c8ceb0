"""The order in which models are looked for, and what is said where there are none."""

from pathlib import Path

import pytest

from hourglass.errors import BrokenModel
from hourglass.models import files
from hourglass.models.files import models_folder

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

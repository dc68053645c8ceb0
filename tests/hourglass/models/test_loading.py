"""Models by name and by folder: the right family, and an error that says what there is."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import hourglass
from hourglass.errors import BrokenModel, NoSuchModel
from hourglass.models.codec import Codec
from hourglass.models.denoiser import Denoiser
from hourglass.models.detector import Detector
from hourglass.models.loading import load, open_model
from hourglass.models.vector import VectorModel
from tests.conftest import MODELS


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("photo-codec", Codec),
        ("photo-denoiser", Denoiser),
        ("tile-anomaly", Detector),
        ("mnist-sparse", VectorModel),
    ],
)
def test_name_gives_the_model_of_its_family(name: str, family: type) -> None:
    model = load(name)
    assert type(model) is family
    assert model.name == name


def test_it_is_what_the_package_exports() -> None:
    assert hourglass.load is load


def test_folder_anywhere_is_loaded(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MODELS / "mnist-sparse", tmp_path / "mnist-sparse"))
    model = load(folder, device="cpu", threads=1)
    digit = np.zeros((28, 28), np.uint8)
    assert model.decode(model.encode(digit)).pixels.shape == (28, 28, 1)


@pytest.mark.parametrize("name", ["nonsense", "../models/mnist-sparse", ""])
def test_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(NoSuchModel, match=r"is installed; there are: .*mnist-sparse.*photo-codec"):
        load(name)


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=r"manifest\.json"):
        load(tmp_path)


def test_unchanged_model_is_the_one_that_is_held() -> None:
    held = open_model(MODELS / "mnist-sparse", "cpu", 1)
    assert open_model(MODELS / "mnist-sparse", "cpu", 1, held) is held
    assert open_model(MODELS / "mnist-denoising", "cpu", 1, held) is not held

"""Small real data for training: 512 images of each set, networks that train in a second, and the machine's fonts."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from tests.conftest import MODELS
from training import data
from training.autoencoders import AutoencoderRecipe
from training.data import Split
from training.graphics.lettering.fonts import FontError, Fonts
from training.photos import HELD_OUT_EVERY

FIXTURES = Path(__file__).parent.parent / "fixtures"


def small_split(name: str, train: bool) -> Split:
    """The first 384 fixture images for training, the other 128 for testing."""
    with np.load(FIXTURES / f"{name}.npz") as file:
        images, labels = torch.from_numpy(file["images"])[:, None], torch.from_numpy(file["labels"])
    chosen = slice(None, 384) if train else slice(384, None)
    return Split(images[chosen], labels[chosen])


def bundled(name: str, folder: Path) -> Path:
    """A copy of a bundled model in ``folder``/models, whose manifest can be written."""
    copy = folder / "models" / name
    shutil.copytree(MODELS / name, copy)
    return copy


def held_out_folder(folder: Path, photo: NDArray[np.uint8]) -> Path:
    """A folder of photos, of which ``photo``, uint8 [height, width, 3], alone is held out of training."""
    images = folder / "images"
    images.mkdir()
    for number in range(HELD_OUT_EVERY - 1):
        (images / f"{number:02}.png").touch()
    Image.fromarray(photo).save(images / "photo.png")
    return images


@pytest.fixture
def small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes ``training.data.load`` answer with the fixtures, so that no test needs the network."""
    monkeypatch.setattr(data, "load", small_split)


@pytest.fixture
def images() -> torch.Tensor:
    """uint8 [384, 1, 28, 28], digits."""
    return small_split("mnist", train=True).images


@pytest.fixture
def recipe() -> AutoencoderRecipe:
    return AutoencoderRecipe(epochs=4, latent=16, hidden=48, blocks=1, batch=64, penalty=0.1)


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    """Those to train on. Tests that need them are skipped where the machine has too few."""
    try:
        return Fonts()
    except FontError as error:
        pytest.skip(str(error))

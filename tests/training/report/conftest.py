"""A few installed models, and test images from the fixtures."""

import pytest

from hourglass.imaging import Pixels
from hourglass.models.vector import VectorModel
from tests.conftest import MODELS
from tests.training.conftest import small_split
from training.report.gallery import Gallery


def fixture_images(dataset: str) -> Pixels:
    """uint8 [128, 28, 28, 1]."""
    return small_split(dataset, train=False).images.numpy().transpose(0, 2, 3, 1)


@pytest.fixture(scope="session")
def gallery() -> Gallery:
    """The undercomplete and the contractive model of garments."""
    names = ("fashion-undercomplete", "fashion-contractive")
    return Gallery({name: VectorModel.open(MODELS / name, "cpu") for name in names}, fixture_images)

"""The photo codec as it ships, and real photographs."""

from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from hourglass.imaging import Pixels
from hourglass.models.codec import Codec
from tests.conftest import FIXTURES, MODELS

FOLDER = MODELS / "photo-codec"


@pytest.fixture(scope="session")
def codec() -> Codec:
    return Codec.open(FOLDER, "cpu", 1)


@pytest.fixture(scope="session")
def photos() -> Mapping[str, Pixels]:
    """uint8 [height, width, 3], by name."""
    photos = {}
    for file in sorted((FIXTURES / "photos").glob("*.webp")):
        with Image.open(file) as image:
            photos[file.stem] = np.asarray(image)
    return photos

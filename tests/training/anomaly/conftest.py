"""Folders of images as a camera above a line would give them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Draw = Callable[[int, int], NDArray[np.uint8]]
"""Draws the image of a seed, of so many pixels a side."""


@pytest.fixture(scope="session")
def brushed() -> Draw:
    """Brushed metal: stripes from top to bottom under uneven light, no two alike."""

    def draw(seed: int, side: int) -> NDArray[np.uint8]:
        rng = np.random.default_rng(seed)
        stripes = np.cumsum(rng.normal(0, 6, side))
        stripes -= np.linspace(stripes[0], stripes[-1], side)
        light = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.5, 1), side)[:, None]
        return ((120 + stripes + rng.normal(0, 4, (side, side))) * light).clip(0, 255).astype(np.uint8)

    return draw


@pytest.fixture
def good(tmp_path: Path, brushed: Draw) -> Path:
    """A folder of 60 good images of 48×48 pixels."""
    return fill(tmp_path / "good", brushed)


def fill(folder: Path, draw: Draw) -> Path:
    folder.mkdir()
    for seed in range(60):
        Image.fromarray(draw(seed, 48)).save(folder / f"{seed:03}.png")
    return folder

"""A photograph, the codecs, and the results of a run."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from benchmarks.compression.contender import Contender, Hourglass, peers
from benchmarks.compression.results import Cut, Results, Sample
from benchmarks.machine import Machine
from benchmarks.photographs import Pixels
from tests.conftest import MODELS

BITS = {"Hourglass": 0.5, "JPEG": 2.0, "AVIF": 1.0}
LADDER = {10: (0.25, 28.0), 50: (1.0, 34.0), 90: (2.5, 40.0)}


@pytest.fixture(scope="session")
def photo() -> Pixels:
    """A photograph of a temple, 320×214."""
    return np.asarray(Image.fromarray(load_sample_image("china.jpg")).reduce(2))


@pytest.fixture(scope="session")
def contenders() -> dict[str, Contender]:
    every: tuple[Contender, ...] = (*peers(), Hourglass(MODELS / "photo-codec"))
    return {contender.name: contender for contender in every}


@pytest.fixture
def folder(photo: Pixels, tmp_path: Path) -> Path:
    """Two photographs, and a file that is none."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    Image.fromarray(photo).save(folder / "b.png")
    Image.fromarray(photo[:, ::-1]).save(folder / "a.bmp")
    (folder / "c.txt").write_text("no image")
    return folder


def sample(image: str, contender: str, quality: int, factor: float) -> Sample:
    bpp, psnr_db = LADDER[quality]
    size = round(80_000 * bpp * factor / 8)
    return Sample(image, contender, quality, 80_000, size, psnr_db, psnr_db / 50, [4.0, 6.0, 9.0], [2.0, 2.0, 2.0])


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    folder = tmp_path / "pieces"
    folder.mkdir()
    for name in ("original", "JPEG"):
        Image.new("RGB", (240, 224), "teal").save(folder / f"{name}.png")
    return folder


@pytest.fixture
def results() -> Results:
    samples = [
        sample(image, name, quality, factor) for image in "ab" for name, factor in BITS.items() for quality in LADDER
    ]
    cuts = [Cut("a.png", "original", 240_000, None, "original.png"), Cut("a.png", "JPEG", 2_500, 27.5, "JPEG.png")]
    return Results(Machine.here(("numpy",)), "2 of `some`", 3, {"JPEG": "as it comes"}, samples, cuts)

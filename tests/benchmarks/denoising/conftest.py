"""A photograph, the denoisers, and the results of a run."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.denoising.contender import Contender, Hourglass, peers
from benchmarks.denoising.noise import NOISES, Floats
from benchmarks.denoising.results import Cut, Results, Sample
from benchmarks.machine import Machine
from benchmarks.photographs import read_photograph
from tests.conftest import FIXTURES, MODELS

KITTEN = FIXTURES / "photos" / "kitten.webp"

SHEETS = ("sigma-25", "sigma-50", "camera", "strengths", "real")


@pytest.fixture(scope="session")
def photo() -> Floats:
    """A part of a photograph, 72×64: BM3D is slow."""
    return read_photograph(KITTEN)[40:104, 80:152].astype(np.float32)


@pytest.fixture(scope="session")
def ours() -> Hourglass:
    return Hourglass(MODELS / "photo-denoiser")


@pytest.fixture(scope="session")
def contenders(ours: Hourglass) -> dict[str, Contender]:
    every: tuple[Contender, ...] = (ours, *peers())
    return {contender.name: contender for contender in every}


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    folder = tmp_path / "pieces"
    folder.mkdir()
    Image.new("RGB", (40, 30), "teal").save(folder / "part.png")
    return folder


@pytest.fixture
def results() -> Results:
    samples = [
        Sample(image, noise.name, contender, psnr, psnr / 40, ms)
        for image, psnr, ms in (("a", 30.0, 4.0), ("b", 32.0, 9.0))
        for noise in NOISES
        for contender in ("Hourglass", "Median")
    ]
    cuts = [Cut(sheet, row, label, "part.png") for sheet in SHEETS for row in "ab" for label in ("original", "Median")]
    return Results(Machine.here(("numpy",)), "2 of `some`", {"Median": "as it comes"}, samples, cuts)

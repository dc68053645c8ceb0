"""The photo denoiser as it is installed: less noise, any size, tiles that cannot be told from the whole."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.errors import BrokenModel
from hourglass.imaging import Pixels
from hourglass.models import denoiser as module
from hourglass.models.denoiser import Denoiser
from tests.conftest import FIXTURES, MODELS, from_file

FOLDER = MODELS / "photo-denoiser"


@pytest.fixture(scope="module")
def denoiser() -> Denoiser:
    return Denoiser.open(FOLDER, "cpu", threads=2)


@pytest.fixture(scope="module")
def photo() -> Pixels:
    return from_file((FIXTURES / "photos" / "kitten.webp").read_bytes())


def planes(pixels: Pixels) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / np.float32(255)


def noisy(x: NDArray[np.float32], sigma: float, seed: int = 0) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, sigma / 255, x.shape)
    return (x + noise).astype(np.float32)


def psnr(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(-10 * np.log10(np.square(one - other, dtype=np.float64).mean()))


@pytest.mark.parametrize(("sigma", "gain"), [(15, 6), (25, 8.5), (50, 11)])
def test_noise_goes_and_its_strength_is_told(denoiser: Denoiser, photo: Pixels, sigma: float, gain: float) -> None:
    x = planes(photo)
    x_tilde = noisy(x, sigma)
    x_hat, estimate = denoiser.clean(x_tilde)
    assert psnr(x_hat, x) > psnr(x_tilde, x) + gain
    assert 255 * estimate == pytest.approx(sigma, rel=0.15)


def test_a_clean_photo_stays(denoiser: Denoiser, photo: Pixels) -> None:
    assert psnr(planes(denoiser.denoise(photo).picture.pixels), planes(photo)) > 44


def test_strength_pushes_from_nothing_to_more(denoiser: Denoiser, photo: Pixels) -> None:
    x_tilde = noisy(planes(photo), 25)
    moved = [float(np.square(denoiser.clean(x_tilde, s)[0] - x_tilde).mean()) for s in (0.0, 0.25, 0.5, 1.0, 2.0)]
    assert moved[0] < 1e-6
    assert moved == sorted(moved)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (17, 9), (8, 8), (61, 130)])
def test_any_size_is_cleaned(denoiser: Denoiser, photo: Pixels, size: tuple[int, int]) -> None:
    part = photo[: size[0], : size[1]]
    done = denoiser.denoise(part)
    pixels = done.picture.pixels
    assert pixels.shape == part.shape
    assert pixels.dtype == np.uint8
    x_hat, sigma = denoiser.clean(planes(part))
    assert np.abs(pixels - 255 * np.clip(x_hat, 0, 1).transpose(1, 2, 0)).max() < 0.51
    assert done.sigma == pytest.approx(255 * sigma, rel=1e-3)


def test_tiles_give_what_the_whole_gives(denoiser: Denoiser, photo: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    x_tilde = noisy(np.tile(planes(photo), (1, 1, 2)), 30)
    whole, sigma = denoiser.clean(x_tilde)
    monkeypatch.setattr(module, "TILE", 160)
    tiled, tiled_sigma = denoiser.clean(x_tilde)
    assert np.abs(tiled - whole).max() < 1e-4
    assert tiled_sigma == pytest.approx(sigma, rel=1e-4)


def test_what_lies_beyond_the_halo_does_not_matter(denoiser: Denoiser, photo: Pixels) -> None:
    x = planes(photo)
    other = x.copy()
    other[:, :, :32] = 1 - other[:, :, :32]
    beyond = 32 + module.HALO
    assert np.abs(denoiser.clean(x)[0] - denoiser.clean(other)[0])[:, :, beyond:].max() < 1e-6


def test_a_strange_input_gives_an_image(denoiser: Denoiser) -> None:
    x = np.full((3, 16, 16), np.nan, np.float32)
    x[:, :, 8:] = 1e30
    x_hat, _ = denoiser.clean(x)
    assert x_hat.shape == x.shape


def test_rebuilt_it_is_the_same(photo: Pixels) -> None:
    denoiser = Denoiser.open(FOLDER, "cpu", threads=1)
    before = denoiser.denoise(photo).picture.pixels
    denoiser.rebuild()
    assert np.array_equal(denoiser.denoise(photo).picture.pixels, before)


@pytest.mark.parametrize("change", ["graph", "family"])
def test_a_broken_folder_is_refused(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "photo-denoiser"
    shutil.copytree(FOLDER, folder)
    if change == "graph":
        (folder / "denoiser.onnx").write_bytes(b"no graph")
    else:
        told = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**told, "tasks": ["encode"], "default_for": []}))
    with pytest.raises(BrokenModel, match=r"denoiser\.onnx" if change == "graph" else "tasks"):
        Denoiser.open(folder, "cpu", threads=1)


def test_another_family_is_refused() -> None:
    with pytest.raises(BrokenModel, match="of family codec"):
        Denoiser.open(MODELS / "photo-codec", "cpu", threads=1)

"""Noise: as strong as said, of the kind that was meant."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.conftest import FIXTURES
from training.denoiser.noise import camera, corrupt, eight_bits, jpeg, pairs


@pytest.fixture(scope="module")
def crops() -> Tensor:
    """float [4, 3, 128, 160] in 0..1."""
    path = FIXTURES / "photos" / "city.webp"
    photo = torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1).float() / 255
    return torch.stack([photo[:, top : top + 128, left : left + 160] for top in (0, 16) for left in (0, 40)])


@pytest.mark.parametrize("quality", [30, 50, 75, 95])
def test_jpeg_is_what_a_jpeg_file_shows(crops: Tensor, quality: int) -> None:
    shown = jpeg(crops, torch.full((len(crops),), float(quality)))
    for ours, x in zip(shown, crops, strict=True):
        file = io.BytesIO()
        Image.fromarray((255 * x).round().byte().permute(1, 2, 0).numpy()).save(
            file, "JPEG", quality=quality, subsampling=2
        )
        theirs = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1) / 255
        apart, lost = (ours - theirs).square().mean(), (theirs - x).square().mean()
        assert apart < 0.15 * lost


def test_grain_of_gray_is_as_strong_as_said() -> None:
    torch.manual_seed(0)
    gray, sigma = torch.full((24, 3, 64, 64), 0.5), torch.full((24,), 8 / 255)
    deviation = (camera(gray, sigma) - gray).std()  # JPEG takes some of it
    assert 5 / 255 < deviation < 8.5 / 255


def test_bright_places_have_more_grain_than_dark_ones() -> None:
    torch.manual_seed(0)
    dark, bright = (camera(torch.full((32, 3, 64, 64), v), torch.full((32,), 0.04)) - v for v in (0.25, 0.75))
    assert bright.std() > 1.1 * dark.std()


def test_some_stay_clean_and_some_are_gray(crops: Tensor) -> None:
    torch.manual_seed(0)
    many = crops.repeat(60, 1, 1, 1)
    x, noisy = pairs(many)
    assert 0.02 < (noisy == x).flatten(1).all(1).float().mean() < 0.12
    gray = (x == x[:, :1]).flatten(1).all(1)
    assert 0.04 < gray.float().mean() < 0.2
    assert torch.equal(noisy[gray], noisy[gray][:, :1].expand(-1, 3, -1, -1))


def test_a_seed_gives_the_same_noise(crops: Tensor) -> None:
    found = []
    for _ in range(2):
        torch.manual_seed(5)
        found.append(corrupt(crops))
    assert torch.equal(*found)


def test_eight_bits_are_the_nearest_levels() -> None:
    assert torch.equal(255 * eight_bits(torch.tensor([-0.1, 0.5 / 255 + 1e-4, 1.2])), torch.tensor([0.0, 1.0, 255.0]))

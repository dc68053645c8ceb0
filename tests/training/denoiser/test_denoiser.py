"""The loss, the true strength, and that training lowers the one and finds the other."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training.denoiser.test_noise import crops
from training.batches import Crops
from training.denoiser import DenoiserRecipe, PhotoDenoiser
from training.denoiser.denoiser import HALF_SIGMA, true_sigma
from training.denoiser.network import CELL
from training.loop import Run

__all__ = ["crops"]
SMALL = DenoiserRecipe(epochs=150, widths=(8, 12, 16), blocks=(1, 1, 1), batch=4, crop=64, learning_rate=1e-2)


@pytest.fixture
def denoiser() -> PhotoDenoiser:
    torch.manual_seed(0)
    return PhotoDenoiser(SMALL)


def test_it_starts_by_leaving_images_as_they_are(denoiser: PhotoDenoiser, crops: Tensor) -> None:
    x_hat, sigma = denoiser(crops, torch.ones(len(crops)))
    assert torch.equal(x_hat, crops)
    assert sigma.shape == (len(crops), 1, crops.shape[2] // CELL, crops.shape[3] // CELL)


def test_of_weaker_noise_less_is_taken_away(denoiser: PhotoDenoiser, crops: Tensor) -> None:
    torch.nn.init.normal_(denoiser.noise.tail.weight)
    sigma = torch.full((len(crops), 1, crops.shape[2] // CELL, crops.shape[3] // CELL), 0.1)
    with torch.no_grad():
        taken = denoiser.taken(crops, sigma)
    assert torch.allclose(taken, 0.1 / (0.1 + HALF_SIGMA) * denoiser.noise(crops, sigma), atol=1e-6)


def test_strength_is_a_share_up_to_1_and_beyond_it_a_factor(denoiser: PhotoDenoiser, crops: Tensor) -> None:
    torch.nn.init.normal_(denoiser.noise.tail.weight)
    with torch.no_grad():
        sigma, pushed = denoiser.sigma(crops), torch.full((len(crops),), 1.5)
        for s in (0.0, 0.3, 1.0):
            x_hat, _ = denoiser(crops, s * torch.ones(len(crops)))
            assert torch.allclose(crops - x_hat, s * denoiser.taken(crops, sigma), atol=1e-6)
        assert torch.allclose(crops - denoiser(crops, pushed)[0], denoiser.taken(crops, 1.5 * sigma), atol=1e-6)


def test_true_sigma_is_the_deviation_about_a_cell() -> None:
    torch.manual_seed(0)
    noise = torch.cat([0.02 * torch.randn(2, 3, 80, 40), 0.2 * torch.randn(2, 3, 80, 40)], 3)
    sigma = true_sigma(noise)
    assert sigma.shape == (2, 1, 10, 10)
    assert torch.allclose(sigma[..., :3], torch.tensor(0.02), rtol=0.1)
    assert torch.allclose(sigma[..., 7:], torch.tensor(0.2), rtol=0.1)


def test_training_takes_noise_away(denoiser: PhotoDenoiser, crops: Tensor, tmp_path: Path) -> None:
    photos = [(255 * crop).byte() for crop in crops]
    run = Run("toy", denoiser, SMALL, Crops(photos, SMALL.batch, SMALL.crop), tmp_path)
    run.fit()
    torch.manual_seed(1)
    noisy = crops + 0.15 * torch.randn_like(crops)
    with torch.no_grad():
        x_hat, sigma = run.averaged(noisy, torch.ones(len(crops)))
    assert (x_hat - crops).square().mean() < 0.85 * (noisy - crops).square().mean()
    assert 0.05 < sigma.mean() < 0.3

"""The photo denoiser: an autoencoder that contracts and expands, trained to undo noise.

    x̂ = x̃ − min(s, 1) σ / (σ + σ₀) ε̂(x̃, σ),    σ = max(s, 1) σ̂

    L = log ‖x − x̂‖² / n, at s = 1  (the PSNR, but for its sign and scale)

It learns the noise rather than the image (residual learning, Zhang et al., 2017), and removes a smaller share of it the
weaker the noise is; with σ = 0, nothing. A network of its own estimates σ̂ (Guo et al., 2019), so that a user can
correct the estimate with s. Below 1, s is the share of the noise that is removed; above 1, the noise is taken to be s
times as strong as estimated. Scaling σ below 1 as well would not work: given a quarter of the true σ, ε̂ can come out
stronger than the noise.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from training.blocks import products_first
from training.denoiser.network import CELL, Estimator, UNet, spread
from training.denoiser.noise import pairs
from training.loop import Trainable

LEAST_ERROR = 1e-5
"""Added to the MSE: at 50 dB and above there is little more to learn."""

LEAST_SIGMA = 1 / 255
"""Added to σ and σ̂ in the loss, so that errors of this size do not count for very weak noise."""

HALF_SIGMA = 10 / 255
"""σ₀: at this strength, half of the noise that the network finds is removed."""

NEIGHBOURHOOD = 5
"""The true strength is the mean over 5×5 cells: one cell alone would give it to a few percent only."""

ESTIMATED_SHARE = 0.5
"""The share of crops that are cleaned with the estimated σ, the others with the true σ: both must mean the same."""


@dataclass(frozen=True)
class DenoiserRecipe:
    """How the denoiser is shaped and trained; ``crop`` is the side of a training crop in pixels."""

    epochs: int = 300
    widths: tuple[int, int, int] = (48, 96, 160)
    blocks: tuple[int, int, int] = (3, 4, 8)
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    batch: int = 4
    crop: int = 128


class PhotoDenoiser(Trainable):
    """x̃ float [n, 3, h, w] in 0..1, h and w multiples of 8; strength s float [n] → x̂ and σ̂ [n, 1, h/8, w/8]."""

    name = "photo-denoiser"
    summary = "any photograph, its noise estimated and taken away"
    in_bfloat16 = True

    def __init__(self, recipe: DenoiserRecipe) -> None:
        super().__init__()
        self.sigma = Estimator()
        self.noise = UNet(recipe.widths, recipe.blocks)
        products_first(self)

    def start(self, images: Tensor) -> None:
        """Does nothing: the first weights already leave images as they are."""

    def forward(self, x: Tensor, strength: Tensor) -> tuple[Tensor, Tensor]:
        sigma, s = self.sigma(x), strength[:, None, None, None]
        return x - s.clamp(max=1) * self.taken(x, s.clamp(min=1) * sigma), sigma

    def taken(self, x: Tensor, sigma: Tensor) -> Tensor:
        """What is removed from x̃ [n, 3, h, w] at s = 1 if its noise has strength σ [n, 1, h/8, w/8], of 0..1."""
        noise: Tensor = spread(sigma / (sigma + HALF_SIGMA), CELL) * self.noise(x, sigma)
        return noise

    def loss(self, x: Tensor) -> Tensor:
        """The mean of log MSE and of how far log σ̂ is from log σ, squared."""
        x, noisy = pairs(x)
        sigma = true_sigma(noisy - x)
        estimate = self.sigma(noisy).float()
        believed = torch.rand(len(x), 1, 1, 1, device=x.device) < ESTIMATED_SHARE
        clean = noisy - self.taken(noisy, torch.where(believed, estimate.detach(), sigma))
        error = (clean.float() - x).square().mean((1, 2, 3))
        astray = torch.log((estimate + LEAST_SIGMA) / (sigma + LEAST_SIGMA))
        return torch.log(error + LEAST_ERROR).mean() + astray.square().mean()


def true_sigma(noise: Tensor) -> Tensor:
    """The standard deviation of noise [n, 3, h, w] about each cell, [n, 1, h/8, w/8]."""
    power = F.avg_pool2d(noise.square().mean(1, keepdim=True), CELL)
    around = NEIGHBOURHOOD // 2
    return F.avg_pool2d(power, NEIGHBOURHOOD, 1, around, count_include_pad=False).sqrt()

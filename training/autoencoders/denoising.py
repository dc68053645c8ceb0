"""Denoising: a corrupted image in, the clean one out.

    x̃ ~ C(x̃ | x),  z = f(x̃) ∈ ℝ¹²⁸,  x̂ = g(z),  L = ‖x − x̂‖² / 784

C adds Gaussian noise or blacks out pixels, each at a strength drawn anew for every image, so one model serves all
strengths (Vincent et al., 2008). Noise is clipped to 0..1, as it is in any image that can be sent.
"""

import torch
from torch import Tensor

from training.autoencoders.base import PIXELS, Autoencoder, AutoencoderRecipe, Decoder, Encoder, squared_error, whiten

STRONGEST_NOISE = 0.8
STRONGEST_MASK = 0.8


def add_noise(x: Tensor, sigma: Tensor | float) -> Tensor:
    """x̃ = clip(x + σ n, 0, 1),  n ~ N(0, I); σ in units of the pixel range."""
    return (x + sigma * torch.randn_like(x)).clamp(0, 1)


def mask(x: Tensor, share: Tensor | float) -> Tensor:
    """x̃ = x with a share of the pixels, chosen at random, set to 0."""
    return x * (torch.rand_like(x) >= share)


def corrupt(x: Tensor) -> Tensor:
    """x̃ ~ C(x̃ | x): every image noisy or masked, by a coin, at a strength uniform in 0..strongest."""
    strength = torch.rand(len(x), 1, 1, 1, device=x.device)
    noisy, masked = add_noise(x, STRONGEST_NOISE * strength), mask(x, STRONGEST_MASK * strength)
    return torch.where(torch.rand_like(strength) < 0.5, noisy, masked)


class Denoising(Autoencoder):
    summary = "a noisy or masked image in, the clean one out"
    recipes = {"mnist": AutoencoderRecipe(epochs=20, latent=128), "fashion": AutoencoderRecipe(epochs=20, latent=128)}

    f: Encoder
    g: Decoder

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.f, self.g = Encoder(recipe), Decoder(recipe)

    def start(self, images: Tensor) -> None:
        whiten(images, self.f, self.g)

    def loss(self, x: Tensor) -> Tensor:
        x_tilde = corrupt(x)
        return squared_error(x, self.g(self.f(x_tilde))).mean() / PIXELS

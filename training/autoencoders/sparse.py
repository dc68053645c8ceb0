"""Sparse: many numbers, of which each image may use few.

    z = ReLU(f(x)) ∈ ℝ⁵¹²,  x̂ = W z + b with ‖w_k‖ = 1,  L = (‖x − x̂‖² + λ‖z‖₁) / 784

The atoms w_k (the columns of W) have unit length: otherwise z could shrink while W grows, and the penalty would buy
nothing (Olshausen & Field, 1996). x̂ is a sum of atoms, so a code can be read as a list of parts.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.autoencoders.base import PIXELS, Autoencoder, AutoencoderRecipe, Encoder, squared_error, whiten


class Dictionary(nn.Module):
    """x̂ = W z + b, with the columns of W scaled to unit length."""

    def __init__(self, atoms: int) -> None:
        super().__init__()
        self.atoms = nn.Parameter(torch.randn(PIXELS, atoms))
        self.bias = nn.Parameter(torch.zeros(PIXELS))

    def forward(self, z: Tensor) -> Tensor:
        return F.linear(z, F.normalize(self.atoms, dim=0), self.bias).view(-1, 1, 28, 28)


class Sparse(Autoencoder):
    g: Dictionary
    penalty: float

    summary = "784 pixels as a sum of few of 512 learned parts: codes that can be read"
    recipes = {
        "mnist": AutoencoderRecipe(epochs=15, latent=512, penalty=0.6, learning_rate=2e-3),
        "fashion": AutoencoderRecipe(epochs=15, latent=512, penalty=0.6, learning_rate=2e-3),
    }

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.code, self.g = Encoder(recipe), Dictionary(recipe.latent)
        self.f = nn.Sequential(self.code, nn.ReLU())
        self.penalty = recipe.penalty

    def start(self, images: Tensor) -> None:
        """Atoms begin as training images less their mean, and codes small: a sum of hundreds must not overshoot."""
        whiten(images, self.code)
        mean = images.flatten(1).mean(0)
        chosen = torch.randint(len(images), self.g.atoms.shape[1:])
        with torch.no_grad():
            self.g.bias.copy_(mean)
            self.g.atoms.copy_(F.normalize(images[chosen].flatten(1) - mean).T)
            self.code.last.weight.mul_(0.1)

    def loss(self, x: Tensor) -> Tensor:
        z = self.f(x)
        cost: Tensor = squared_error(x, self.g(z)) + self.penalty * z.abs().sum(1)
        return cost.mean() / PIXELS

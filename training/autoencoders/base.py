"""What the six types share: x, z = f(x), x̂ = g(z), and the body of both networks."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.loop import Trainable

PIXELS = 28 * 28


@dataclass(frozen=True)
class AutoencoderRecipe:
    """How a type is shaped and trained on a data set; the defaults suit most types."""

    epochs: int
    latent: int = 32
    hidden: int = 384
    blocks: int = 3
    learning_rate: float = 3e-3
    batch: int = 256
    weight_decay: float = 0.01
    penalty: float = 0.0
    """λ, the weight of the type's own term."""


class Autoencoder(Trainable):
    """x float [n, 1, 28, 28] in 0..1 → z = f(x) [n, latent] → x̂ = g(z) [n, 1, 28, 28].

    A type gives its networks f and g, and its loss.
    """

    summary: ClassVar[str]
    recipes: ClassVar[dict[str, AutoencoderRecipe]]
    f: nn.Module
    g: nn.Module

    def encode(self, x: Tensor) -> Tensor:
        """z = f(x)."""
        z: Tensor = self.f(x)
        return z

    def decode(self, z: Tensor) -> Tensor:
        """x̂ = g(z), in 0..1."""
        x_hat: Tensor = self.g(z)
        return x_hat.clamp(0, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class Block(nn.Module):
    """h + W₂ SiLU(W₁ norm(h)), the identity until it is trained."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, h: Tensor) -> Tensor:
        out: Tensor = h + self.second(F.silu(self.first(self.norm(h))))
        return out


class Encoder(nn.Module):
    """f: 784 → hidden, residual blocks, hidden → latent."""

    def __init__(self, recipe: AutoencoderRecipe, outputs: int | None = None) -> None:
        super().__init__()
        self.first = nn.Linear(PIXELS, recipe.hidden)
        self.blocks = nn.Sequential(*(Block(recipe.hidden) for _ in range(recipe.blocks)))
        self.last = nn.Linear(recipe.hidden, outputs or recipe.latent)

    def forward(self, x: Tensor) -> Tensor:
        z: Tensor = self.last(self.blocks(self.first(x.flatten(1))))
        return z


class Decoder(nn.Module):
    """g: latent → hidden, residual blocks, hidden → 784."""

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.first = nn.Linear(recipe.latent, recipe.hidden)
        self.blocks = nn.Sequential(*(Block(recipe.hidden) for _ in range(recipe.blocks)))
        self.last = nn.Linear(recipe.hidden, PIXELS)

    def forward(self, z: Tensor) -> Tensor:
        x_hat: Tensor = self.last(self.blocks(self.first(z)))
        return x_hat.view(-1, 1, 28, 28)


@torch.no_grad()
def whiten(images: Tensor, f: Encoder, g: Decoder | None = None) -> None:
    """Starts f's first layer as the whitened principal components of the images, and g's last as their inverse.

    Whitened inputs are what gradient descent is fastest on. With g given, f and g are joined by identities too, so
    training starts as PCA, at PCA's error, and the blocks learn what PCA leaves.
    """
    x = images.flatten(1)
    mean = x.mean(0)
    covariance = (x - mean).T @ (x - mean) / len(x)
    values, vectors = torch.linalg.eigh(covariance.double())
    width = f.first.out_features
    basis = vectors.flip(1)[:, :width]
    scale = (values.flip(0)[:width].clamp_min(0) + 1e-3).sqrt()
    f.first.weight.copy_((basis / scale).T)
    f.first.bias.copy_(-mean.double() @ (basis / scale))
    if g:
        g.last.weight.copy_(basis * scale)
        g.last.bias.copy_(mean)
        for layer in (f.last, g.first):
            nn.init.eye_(layer.weight)
            nn.init.zeros_(layer.bias)


def squared_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """‖x − x̂‖² of each image, [n]."""
    return (x - x_hat).flatten(1).square().sum(1)

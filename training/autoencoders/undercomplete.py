"""Undercomplete: fewer numbers than pixels, so z must keep what matters.

    z = f(x) ∈ ℝ³²,  x̂ = g(z + u),  u ~ U(−Δ/2, Δ/2),  L = ‖x − x̂‖² / 784

z is rounded when it is stored. u is what rounding to steps of Δ does to it (Ballé et al., 2017): g learns to bear it;
it is added in training only. f ends by dividing each number by its standard deviation over the batch, so that Δ means
the same for all.
"""

import torch
from torch import Tensor, nn

from training.autoencoders.base import PIXELS, Autoencoder, Decoder, Encoder, Recipe, squared_error, whiten


class Undercomplete(Autoencoder):
    summary = "784 pixels through 32 numbers: the plain autoencoder, for compression"
    recipes = {
        "mnist": Recipe(epochs=40, weight_decay=0.03, step=0.1),
        "fashion": Recipe(epochs=40, weight_decay=0.03, step=0.25),
    }

    g: Decoder
    step: float

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.body, self.g = Encoder(recipe), Decoder(recipe)
        self.f = nn.Sequential(self.body, nn.BatchNorm1d(recipe.latent, affine=False))
        self.step = recipe.step

    def start(self, images: Tensor) -> None:
        whiten(images, self.body, self.g)

    def loss(self, x: Tensor) -> Tensor:
        z = self.f(x)
        u = self.step * (torch.rand_like(z) - 0.5)
        return squared_error(x, self.g(z + u)).mean() / PIXELS

"""Overcomplete: more numbers than pixels, and noise in the code so that copying does not pay.

    z = f(x) ∈ ℝ¹⁰²⁴,  x̂ = g(z + ε),  ε ~ N(0, I),  L = (‖x − x̂‖² + λ‖z‖²) / 784

Without the two terms f and g could be inverse matrices and learn nothing. With them, number i carries at most
½ log₂(1 + E[z_i²]) bits (the capacity of a Gaussian channel), and every bit costs λ‖z‖²: only what images of the
training set have in common is worth sending. An image of pure noise has 784 independent numbers and is not copied.
"""

import torch
from torch import Tensor

from training.autoencoders.base import PIXELS, Autoencoder, AutoencoderRecipe, Decoder, Encoder, squared_error, whiten


class Overcomplete(Autoencoder):
    summary = "784 pixels through 1,024 noisy numbers: learns features though it has room to copy"
    recipes = {
        "mnist": AutoencoderRecipe(epochs=6, latent=1024, penalty=1e-3),
        "fashion": AutoencoderRecipe(epochs=6, latent=1024, penalty=1e-3),
    }

    f: Encoder
    g: Decoder
    penalty: float

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.f, self.g = Encoder(recipe), Decoder(recipe)
        self.penalty = recipe.penalty

    def start(self, images: Tensor) -> None:
        whiten(images, self.f)

    def loss(self, x: Tensor) -> Tensor:
        z = self.f(x)
        x_hat = self.g(z + torch.randn_like(z))
        cost: Tensor = squared_error(x, x_hat) + self.penalty * z.square().sum(1)
        return cost.mean() / PIXELS

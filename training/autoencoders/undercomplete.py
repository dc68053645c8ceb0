"""Undercomplete: fewer numbers than pixels, so z must keep what matters.

    z = f(x) ∈ ℝ³²,  x̂ = g(z),  L = ‖x − x̂‖² / 784

Were f and g linear, the best they could do is PCA (Baldi & Hornik, 1989); training starts there.
"""

from torch import Tensor

from training.autoencoders.base import PIXELS, Autoencoder, AutoencoderRecipe, Decoder, Encoder, squared_error, whiten


class Undercomplete(Autoencoder):
    summary = "784 pixels through 32 numbers: the plain autoencoder, for compression"
    recipes = {"mnist": AutoencoderRecipe(epochs=50), "fashion": AutoencoderRecipe(epochs=40)}

    f: Encoder
    g: Decoder

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.f, self.g = Encoder(recipe), Decoder(recipe)

    def start(self, images: Tensor) -> None:
        whiten(images, self.f, self.g)

    def loss(self, x: Tensor) -> Tensor:
        return squared_error(x, self.g(self.f(x))).mean() / PIXELS

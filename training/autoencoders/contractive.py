"""Contractive: z moves little when x does.

    z = f(x) ∈ ℝ³²,  x̂ = g(z),  L = (‖x − x̂‖² + λ‖∇ₓ f(x)‖²_F) / 784

The Frobenius norm of the Jacobian is estimated without bias by one product with random signs u ∈ {−1, 1}³²:

    E_u ‖uᵀ ∇ₓ f(x)‖² = ‖∇ₓ f(x)‖²_F      (Hutchinson, 1990)

f ends by dividing each number by its standard deviation over the batch. A penalty on the Jacobian alone could be
escaped by a small z and a large first layer of g; with unit variance, only real insensitivity pays (Rifai et al., 2011,
tie the weights of f and g for the same reason).
"""

import torch
from torch import Tensor, nn

from training.autoencoders.base import PIXELS, Autoencoder, AutoencoderRecipe, Decoder, Encoder, squared_error, whiten


class Contractive(Autoencoder):
    summary = "32 numbers that hold still under small changes of the image"
    recipes = {
        "mnist": AutoencoderRecipe(epochs=18, penalty=0.06),
        "fashion": AutoencoderRecipe(epochs=18, penalty=0.06),
    }

    g: Decoder
    penalty: float

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.body, self.g = Encoder(recipe), Decoder(recipe)
        self.standardise = nn.BatchNorm1d(recipe.latent, affine=False)
        self.f = nn.Sequential(self.body, self.standardise)
        self.penalty = recipe.penalty

    def start(self, images: Tensor) -> None:
        whiten(images, self.body, self.g)

    def loss(self, x: Tensor) -> Tensor:
        x.requires_grad_()
        h = self.body(x)
        z = self.standardise(h)
        scale = h.var(0, unbiased=False).add(self.standardise.eps).rsqrt()
        u = torch.randint_like(h, 2) * 2 - 1
        (product,) = torch.autograd.grad(h, x, u * scale, create_graph=True)
        jacobian = product.flatten(1).square().sum(1)
        return (squared_error(x, self.g(z)) + self.penalty * jacobian).mean() / PIXELS

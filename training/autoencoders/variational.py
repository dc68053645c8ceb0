"""Variational: z is a distribution, so new images can be drawn.

    μ, log σ² = f(x),  z = μ + σ ⊙ ε,  ε ~ N(0, I),  z ∈ ℝ⁴⁰,  q(z | x) = N(μ, σ²),  p(z) = N(0, I)
    ELBO = E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)) = E_q[log p(x | z) p(z) / q(z | x)]
    L = −E log 1/k Σ_k p(x | z_k) p(z_k) / q(z_k | x),  k = 5

With k = 1, L is the negative ELBO (Kingma & Welling, 2014); more draws of z make the bound on log p(x) tighter, which
is worth about a nat (Burda et al., 2016, eq. 8).

p(x | z) is Bernoulli with mean x̂ = g(z): a gray value is the probability that the pixel is lit, and lit or not is
drawn anew at every step (dynamic binarisation).
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.autoencoders.base import Autoencoder, AutoencoderRecipe, Decoder, Encoder, whiten

DRAWS = 5


class Variational(Autoencoder):
    summary = "z ~ N(μ, σ²): for sampling new images and walking between two"
    recipes = {
        "mnist": AutoencoderRecipe(epochs=25, latent=40, batch=128, learning_rate=2e-3),
        "fashion": AutoencoderRecipe(epochs=8, latent=40, batch=128, learning_rate=2e-3),
    }

    f: Encoder
    g: Decoder

    def __init__(self, recipe: AutoencoderRecipe) -> None:
        super().__init__()
        self.f, self.g = Encoder(recipe, outputs=2 * recipe.latent), Decoder(recipe)

    def start(self, images: Tensor) -> None:
        whiten(images, self.f)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ and log σ² of q(z | x), each [n, latent]."""
        mu, log_variance = self.f(x).chunk(2, dim=1)
        return mu, log_variance

    def encode(self, x: Tensor) -> Tensor:
        """μ, the mean of q(z | x)."""
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        """x̂, the mean of p(x | z), in 0..1."""
        return torch.sigmoid(self.g(z))

    def loss(self, x: Tensor) -> Tensor:
        return -self.bound(torch.bernoulli(x), DRAWS).mean()

    def bound(self, x: Tensor, draws: int) -> Tensor:
        """A lower bound on log p(x) in nats, [n], of binary x: the ELBO with one draw of z, tighter with more."""
        mu, log_variance = self.posterior(x)
        epsilon = torch.randn(draws, *mu.shape, device=x.device)
        z = mu + (0.5 * log_variance).exp() * epsilon
        log_prior_over_posterior = 0.5 * (epsilon.square() + log_variance - z.square()).sum(2)
        weights = self.log_likelihood(x, z) + log_prior_over_posterior
        return torch.logsumexp(weights, dim=0) - math.log(draws)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) in nats, [draws, n], of binary x [n, ...] and z [draws, n, latent]."""
        logits = self.g(z.flatten(0, 1)).view(len(z), *x.shape)
        unlikely = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none")
        return -unlikely.flatten(2).sum(2)

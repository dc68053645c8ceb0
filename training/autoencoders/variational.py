"""Variational: z is a distribution, so new images can be drawn.

    μ, log σ² = f(x),  z = μ + σ ⊙ ε,  ε ~ N(0, I),  z ∈ ℝ⁴⁰
    L = −ELBO = −E_q[log p(x | z)] + KL(N(μ, σ²) ‖ N(0, I))
    KL = ½ Σ (μ² + σ² − log σ² − 1)

p(x | z) is Bernoulli with mean x̂ = g(z): a gray value is the probability that the pixel is lit, and lit or not is
drawn anew at every step (dynamic binarisation). Kingma & Welling, 2014.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.autoencoders.base import Autoencoder, Decoder, Encoder, Recipe, whiten


class Variational(Autoencoder):
    summary = "z ~ N(μ, σ²): for sampling new images and walking between two"
    recipes = {"mnist": Recipe(epochs=60, latent=40), "fashion": Recipe(epochs=40, latent=40)}

    f: Encoder
    g: Decoder

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.f, self.g = Encoder(recipe, outputs=2 * recipe.latent), Decoder(recipe)

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

    def start(self, images: Tensor) -> None:
        whiten(images, self.f)

    def loss(self, x: Tensor) -> Tensor:
        x = torch.bernoulli(x)
        mu, log_variance = self.posterior(x)
        z = mu + (0.5 * log_variance).exp() * torch.randn_like(mu)
        kl = 0.5 * (mu.square() + log_variance.exp() - log_variance - 1).sum(1)
        return (kl - self.log_likelihood(x, z)).mean()

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) in nats, [n], of binary x."""
        return -F.binary_cross_entropy_with_logits(self.g(z), x, reduction="none").flatten(1).sum(1)

    def importance_weighted(self, x: Tensor, samples: int) -> Tensor:
        """log p(x) in nats, [n], of binary x, bounded below by ``samples`` draws of z (Burda et al., 2016, eq. 8).

        log 1/k Σ_k p(x | z_k) p(z_k) / q(z_k | x),  z_k ~ q(z | x)
        """
        mu, log_variance = self.posterior(x)
        weights = []
        for _ in range(samples):
            epsilon = torch.randn_like(mu)
            z = mu + (0.5 * log_variance).exp() * epsilon
            log_prior_over_posterior = 0.5 * (epsilon.square() + log_variance - z.square()).sum(1)
            weights.append(self.log_likelihood(x, z) + log_prior_over_posterior)
        return torch.logsumexp(torch.stack(weights), dim=0) - math.log(samples)

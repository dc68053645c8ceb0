"""Variational: the bound on the likelihood, against distributions of torch."""

import math

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.variational import DRAWS, Variational


def test_the_bound_is_the_elbo(images: Tensor, recipe: AutoencoderRecipe) -> None:
    torch.manual_seed(0)
    model = Variational(recipe)
    x = torch.bernoulli(images[:4].float() / 255)
    with torch.no_grad():
        mu, log_variance = model.posterior(x)
        q = Independent(Normal(mu, (0.5 * log_variance).exp()), 1)
        prior = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
        z = q.sample(torch.Size((4000,)))
        likelihood = Bernoulli(logits=model.g(z.flatten(0, 1)).view(4000, *x.shape)).log_prob(x).flatten(2).sum(2)
        elbo = likelihood.mean(0) - kl_divergence(q, prior)
        by_model = torch.stack([model.bound(x, 1) for _ in range(1000)]).mean(0)
        tighter = torch.stack([model.bound(x, 50) for _ in range(80)]).mean(0)
    assert torch.allclose(by_model, elbo, rtol=0.005)
    assert (tighter > by_model).all()


def test_a_decoder_that_knows_nothing_costs_a_bit_a_pixel(recipe: AutoencoderRecipe) -> None:
    model = Variational(recipe)
    for layer in (model.f.last, model.g.last):  # q(z | x) is the prior, and every pixel is lit as often as not
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    x = torch.bernoulli(torch.full((3, 1, 28, 28), 0.5))
    with torch.no_grad():
        assert torch.allclose(model.bound(x, DRAWS), torch.tensor(-PIXELS * math.log(2)), rtol=1e-5)
        assert torch.isclose(model.loss(x), torch.tensor(PIXELS * math.log(2)), rtol=1e-5)


def test_z_is_the_mean_and_pixels_are_probabilities(recipe: AutoencoderRecipe) -> None:
    model, x = Variational(recipe), torch.rand(4, 1, 28, 28)
    with torch.no_grad():
        assert torch.equal(model.encode(x), model.f(x)[:, : recipe.latent])
        assert torch.equal(model.decode(model.encode(x)), torch.sigmoid(model.g(model.encode(x))))

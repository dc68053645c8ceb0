"""Each type's loss against its formula, computed another way."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from training.autoencoders import DATASETS, NAMES, TYPES, AutoencoderRecipe, build, recipe_of
from training.autoencoders.base import PIXELS
from training.autoencoders.contractive import Contractive
from training.autoencoders.denoising import STRONGEST_MASK, add_noise, corrupt, mask
from training.autoencoders.overcomplete import Overcomplete
from training.autoencoders.sparse import Sparse
from training.autoencoders.undercomplete import Undercomplete
from training.autoencoders.variational import Variational
from training.batches import Shuffled
from training.loop import Run


def test_there_are_twelve() -> None:
    assert len(NAMES) == len(DATASETS) * len(TYPES) == 12


@pytest.mark.parametrize("name", NAMES)
def test_shapes_and_range(name: str, images: Tensor) -> None:
    model = build(name)
    x = images[:8].float() / 255
    model.start(images.float() / 255)
    model.eval()
    with torch.no_grad():
        z = model.encode(x)
        x_hat = model.decode(z)
    assert z.shape == (8, recipe_of(name).latent)
    assert x_hat.shape == x.shape
    assert x_hat.min() >= 0 and x_hat.max() <= 1


@pytest.mark.parametrize("kind", TYPES)
def test_training_lowers_the_loss(kind: str, images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    recipe = replace(recipe, epochs=60, learning_rate=5e-3)
    torch.manual_seed(0)
    run = Run(kind, TYPES[kind](recipe), recipe, Shuffled(images, recipe.batch), tmp_path)
    run.fit()
    assert run.losses[-1] < 0.85 * run.losses[0]


def test_undercomplete_is_the_mean_squared_error(images: Tensor, recipe: AutoencoderRecipe) -> None:
    model, x = Undercomplete(recipe), images[:8].float() / 255
    assert torch.isclose(model.loss(x), torch.nn.functional.mse_loss(model.g(model.f(x)), x))


def test_overcomplete_has_more_numbers_than_pixels() -> None:
    assert all(recipe.latent > PIXELS for recipe in Overcomplete.recipes.values())


def test_sparse_atoms_have_unit_length(recipe: AutoencoderRecipe) -> None:
    model = Sparse(recipe)
    one_hot = torch.eye(recipe.latent)
    atoms = (model.g(one_hot) - model.g(torch.zeros(1, recipe.latent))).flatten(1)
    assert torch.allclose(atoms.norm(dim=1), torch.ones(recipe.latent), atol=1e-5)
    assert (model.encode(torch.rand(4, 1, 28, 28)) >= 0).all()


def test_corruptions() -> None:
    x = torch.full((200, 1, 28, 28), 0.5)
    assert torch.isclose(add_noise(x, 0.1).std(), torch.tensor(0.1), atol=0.005)
    assert torch.isclose((mask(x, 0.3) == 0).float().mean(), torch.tensor(0.3), atol=0.01)
    corrupted = corrupt(x)
    assert corrupted.min() >= 0 and corrupted.max() <= 1
    masked = ((corrupted == 0.5) | (corrupted == 0)).flatten(1).all(1)
    assert 0.35 < masked.float().mean() < 0.65
    assert (corrupted[masked] == 0).float().mean() < STRONGEST_MASK


def test_the_bound_is_the_elbo(images: Tensor, recipe: AutoencoderRecipe) -> None:
    model = Variational(recipe)
    x = torch.bernoulli(images[:4].float() / 255)
    with torch.no_grad():
        mu, log_variance = model.posterior(x)
        q = Independent(Normal(mu, (0.5 * log_variance).exp()), 1)
        prior = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
        z = q.sample(torch.Size((4000,)))
        likelihood = Bernoulli(logits=model.g(z.flatten(0, 1)).view(4000, *x.shape)).log_prob(x).flatten(2).sum(2)
        elbo = likelihood.mean(0) - kl_divergence(q, prior)
        by_model = torch.stack([model.bound(x, 1) for _ in range(4000)]).mean(0)
        tighter = torch.stack([model.bound(x, 50) for _ in range(80)]).mean(0)
    assert torch.allclose(by_model, elbo, rtol=0.005)
    assert (tighter > by_model).all()


def test_the_contractive_penalty_is_the_jacobian(images: Tensor, recipe: AutoencoderRecipe) -> None:
    torch.manual_seed(0)
    x = images[:64].float() / 255
    with_penalty, without = Contractive(recipe), Contractive(replace(recipe, penalty=0.0))
    with_penalty.start(images.float() / 255)
    without.load_state_dict(with_penalty.state_dict())
    penalties = [with_penalty.loss(x.clone()) - without.loss(x.clone()) for _ in range(60)]
    estimated = torch.stack(penalties).mean().detach() * PIXELS / recipe.penalty

    scale = with_penalty.body(x).std(0, unbiased=False)
    jacobians = torch.func.vmap(torch.func.jacrev(lambda one: with_penalty.body(one[None])[0] / scale))(x)
    exact = jacobians.flatten(1).square().sum(1).mean().detach()
    assert torch.isclose(estimated, exact, rtol=0.05)


def test_a_smaller_latent_does_not_escape_the_contractive_penalty(images: Tensor, recipe: AutoencoderRecipe) -> None:
    x = images[:64].float() / 255
    model = Contractive(recipe)
    model.start(images.float() / 255)
    torch.manual_seed(0)
    before = model.loss(x.clone())
    model.body.last.weight.data *= 0.1
    model.body.last.bias.data *= 0.1
    torch.manual_seed(0)
    assert torch.isclose(model.loss(x.clone()), before, rtol=0.02)

"""Contractive: the penalty is the norm of the Jacobian, and a small z does not escape it."""

from dataclasses import replace

import torch
from torch import Tensor

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.contractive import Contractive


def test_the_penalty_is_the_jacobian(images: Tensor, recipe: AutoencoderRecipe) -> None:
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


def test_without_a_penalty_the_loss_is_the_mean_squared_error(images: Tensor, recipe: AutoencoderRecipe) -> None:
    model, x = Contractive(replace(recipe, penalty=0.0)), images[:64].float() / 255
    loss = model.loss(x.clone())
    h = model.body(x)
    z = (h - h.mean(0)) / h.var(0, unbiased=False).add(1e-5).sqrt()
    assert torch.isclose(loss, torch.nn.functional.mse_loss(model.g(z), x), rtol=1e-4)


def test_a_smaller_latent_does_not_escape_the_penalty(images: Tensor, recipe: AutoencoderRecipe) -> None:
    x = images[:64].float() / 255
    model = Contractive(recipe)
    model.start(images.float() / 255)
    torch.manual_seed(0)
    before = model.loss(x.clone())
    model.body.last.weight.data *= 0.1
    model.body.last.bias.data *= 0.1
    torch.manual_seed(0)
    assert torch.isclose(model.loss(x.clone()), before, rtol=0.02)

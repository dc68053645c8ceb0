"""Overcomplete: z has noise added and its size is penalised, so copying does not pay."""

import torch
from torch import Tensor

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.overcomplete import Overcomplete


def test_z_has_more_numbers_than_pixels() -> None:
    assert all(recipe.latent > PIXELS for recipe in Overcomplete.recipes.values())


def test_the_loss_is_the_error_from_a_noisy_z_and_a_penalty_on_its_size(
    images: Tensor, recipe: AutoencoderRecipe
) -> None:
    model, x = Overcomplete(recipe), images[:8].float() / 255
    torch.manual_seed(1)
    loss = model.loss(x)
    torch.manual_seed(1)
    with torch.no_grad():
        z = model.f(x)
        x_hat = model.g(z + torch.randn(z.shape))
    expected = ((x - x_hat).square().sum() + recipe.penalty * z.square().sum()) / (PIXELS * len(x))
    assert torch.isclose(loss, expected)


def test_a_constant_z_of_twos_costs_four_times_the_penalty_a_number(recipe: AutoencoderRecipe) -> None:
    model = Overcomplete(recipe)
    for layer, value in ((model.f.last, 2.0), (model.g.last, 0.5)):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.constant_(layer.bias, value)
    loss = model.loss(torch.full((3, 1, 28, 28), 0.5)).item()
    assert abs(loss - recipe.penalty * 4 * recipe.latent / PIXELS) < 1e-7

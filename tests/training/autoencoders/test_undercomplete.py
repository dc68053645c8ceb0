"""Undercomplete: the loss is the mean squared error of the reconstruction, of fewer numbers than pixels."""

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.undercomplete import Undercomplete


def test_the_loss_is_the_mean_squared_error(images: Tensor, recipe: AutoencoderRecipe) -> None:
    model, x = Undercomplete(recipe), images[:8].float() / 255
    assert torch.isclose(model.loss(x), mse_loss(model.g(model.f(x)), x))


def test_an_error_of_a_half_everywhere_costs_a_quarter(recipe: AutoencoderRecipe) -> None:
    model = Undercomplete(recipe)
    torch.nn.init.zeros_(model.g.last.weight)
    torch.nn.init.constant_(model.g.last.bias, 0.5)
    assert model.loss(torch.ones(3, 1, 28, 28)).item() == 0.25


def test_z_has_fewer_numbers_than_pixels() -> None:
    assert all(recipe.latent < PIXELS for recipe in Undercomplete.recipes.values())

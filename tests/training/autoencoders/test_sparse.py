"""Sparse: few numbers of z are above zero, and x̂ is a sum of atoms of unit length."""

import torch
from torch import Tensor

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import PIXELS
from training.autoencoders.sparse import Sparse


def test_atoms_have_unit_length(recipe: AutoencoderRecipe) -> None:
    model = Sparse(recipe)
    one_hot = torch.eye(recipe.latent)
    atoms = (model.g(one_hot) - model.g(torch.zeros(1, recipe.latent))).flatten(1)
    assert torch.allclose(atoms.norm(dim=1), torch.ones(recipe.latent), atol=1e-5)


def test_z_is_not_negative(recipe: AutoencoderRecipe) -> None:
    z = Sparse(recipe).encode(torch.rand(4, 1, 28, 28))
    assert (z >= 0).all() and (z == 0).any()


def test_the_loss_is_the_error_and_a_penalty_on_the_sum_of_z(images: Tensor, recipe: AutoencoderRecipe) -> None:
    model, x = Sparse(recipe), images[:8].float() / 255
    with torch.no_grad():
        z = model.encode(x)
        atoms = model.g.atoms / model.g.atoms.norm(dim=0)
        x_hat = z @ atoms.T + model.g.bias
        expected = ((x.flatten(1) - x_hat).square().sum() + recipe.penalty * z.sum()) / (PIXELS * len(x))
    assert torch.isclose(model.loss(x), expected)


def test_it_starts_with_the_mean_image_and_atoms_that_are_images_less_it(
    images: Tensor, recipe: AutoencoderRecipe
) -> None:
    model, x = Sparse(recipe), images.float() / 255
    model.start(x)
    with torch.no_grad():
        assert torch.allclose(model.g(torch.zeros(1, recipe.latent))[0], x.mean(0), atol=1e-6)
        centred = (x - x.mean(0)).flatten(1)
        likeness = (model.g.atoms.T @ centred.T) / centred.norm(dim=1)
    assert torch.allclose(likeness.amax(1), torch.ones(recipe.latent), atol=1e-4)

"""Denoising: the corruptions, and a loss against the clean image."""

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.denoising import STRONGEST_MASK, Denoising, add_noise, corrupt, mask


def test_noise_is_as_strong_as_asked_for_and_clipped() -> None:
    torch.manual_seed(0)
    x = torch.full((200, 1, 28, 28), 0.5)
    assert torch.isclose(add_noise(x, 0.1).std(), torch.tensor(0.1), atol=0.005)
    strong = add_noise(x, 5.0)
    assert strong.min() == 0 and strong.max() == 1


def test_a_mask_blacks_out_the_share_asked_for_and_leaves_the_rest() -> None:
    torch.manual_seed(0)
    masked = mask(torch.full((200, 1, 28, 28), 0.5), 0.3)
    assert torch.isclose((masked == 0).float().mean(), torch.tensor(0.3), atol=0.01)
    assert ((masked == 0) | (masked == 0.5)).all()


def test_half_of_the_images_are_noisy_and_half_are_masked() -> None:
    torch.manual_seed(0)
    corrupted = corrupt(torch.full((200, 1, 28, 28), 0.5))
    assert corrupted.min() >= 0 and corrupted.max() <= 1
    masked = ((corrupted == 0.5) | (corrupted == 0)).flatten(1).all(1)
    assert 0.35 < masked.float().mean() < 0.65
    assert (corrupted[masked] == 0).float().mean() < STRONGEST_MASK


def test_the_loss_compares_what_the_corrupted_image_gives_with_the_clean_one(
    images: Tensor, recipe: AutoencoderRecipe
) -> None:
    model, x = Denoising(recipe), images[:8].float() / 255
    torch.manual_seed(1)
    loss = model.loss(x)
    torch.manual_seed(1)
    x_tilde = corrupt(x)
    assert not torch.equal(x_tilde, x)
    assert torch.isclose(loss, mse_loss(model.g(model.f(x_tilde)), x))

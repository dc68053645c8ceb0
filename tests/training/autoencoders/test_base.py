import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.base import Block, squared_error
from training.autoencoders.undercomplete import Undercomplete


def test_training_starts_as_pca(images: Tensor, recipe: AutoencoderRecipe) -> None:
    x = images.float() / 255
    model = Undercomplete(recipe)
    model.start(x)
    flat = x.flatten(1).numpy()
    pca = PCA(recipe.latent).fit(flat)
    error = np.square(flat - pca.inverse_transform(pca.transform(flat))).mean()
    with torch.no_grad():
        started = float((x - model.g(model.f(x))).square().mean())
    assert np.isclose(started, error, rtol=0.01)


def test_a_block_starts_as_the_identity() -> None:
    h = torch.randn(3, 8)
    assert torch.equal(Block(8)(h), h)


def test_squared_error_sums_over_pixels() -> None:
    assert squared_error(torch.zeros(2, 1, 28, 28), torch.full((2, 1, 28, 28), 2.0)).tolist() == [3136, 3136]

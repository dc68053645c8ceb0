"""The twelve models, and what all types have in common."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from training.autoencoders import DATASETS, NAMES, TYPES, AutoencoderRecipe, build, recipe_of, split_name
from training.batches import Shuffled
from training.loop import Run


def test_there_are_twelve() -> None:
    assert len(NAMES) == len(DATASETS) * len(TYPES) == 12


def test_a_name_is_that_of_a_data_set_and_a_type() -> None:
    assert split_name("fashion-sparse") == ("fashion", "sparse")
    assert recipe_of("fashion-sparse") == TYPES["sparse"].recipes["fashion"]


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
    recipe = replace(recipe, epochs=20, learning_rate=5e-3)
    torch.manual_seed(0)
    run = Run(kind, TYPES[kind](recipe), recipe, Shuffled(images, recipe.batch), tmp_path)
    run.fit()
    assert run.losses[-1] < 0.85 * run.losses[0]

"""Every model that can be trained, and how a run of one starts."""

from pathlib import Path

import pytest
import torch

from tests.conftest import FIXTURES
from training.autoencoders import NAMES, recipe_of
from training.data import DataError
from training.registry import FAMILIES, start_run


def test_there_are_the_twelve_and_the_photo_models() -> None:
    assert set(FAMILIES) == {*NAMES, "photo-codec", "photo-denoiser"}
    assert {name for name, family in FAMILIES.items() if family.takes_weights} == {"photo-codec", "photo-denoiser"}


@pytest.mark.usefixtures("small_data")
def test_the_seed_decides_the_first_weights(tmp_path: Path) -> None:
    runs = [start_run("mnist-sparse", tmp_path, tmp_path, "cpu", seed) for seed in (3, 3, 4)]
    first, again, other = (torch.cat([each.flatten() for each in run.model.parameters()]) for run in runs)
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert (runs[0].step, runs[0].seed, runs[0].began_with) == (0, 3, "")
    assert runs[0].checkpoint == tmp_path / "mnist-sparse" / "checkpoint.pt"
    assert runs[0].batches.draw(0, 0).shape == (recipe_of("mnist-sparse").batch, 1, 28, 28)


@pytest.mark.usefixtures("small_data")
def test_a_run_may_last_longer_than_the_recipe_says(tmp_path: Path) -> None:
    usual, longer = (start_run("mnist-sparse", tmp_path, tmp_path, "cpu", epochs=epochs) for epochs in (None, 123))
    assert usual.recipe == recipe_of("mnist-sparse")
    assert longer.steps == 123 * longer.batches.steps_per_epoch


def test_a_denoiser_begins_with_installed_weights_and_learns_from_photos(tmp_path: Path) -> None:
    run = start_run("photo-denoiser", tmp_path, FIXTURES / "photos", "cpu", installed=Path("models/photo-denoiser"))
    assert run.began_with.startswith("photo-denoiser 1.")
    assert run.batches.draw(0, 0).shape == (4, 3, 128, 128)


@pytest.mark.parametrize("name", ["photo-codec", "photo-denoiser"])
def test_a_folder_without_photos_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no photo in"):
        start_run(name, tmp_path, tmp_path, "cpu")

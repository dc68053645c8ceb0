import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from training import loop
from training.autoencoders import AutoencoderRecipe
from training.autoencoders.undercomplete import Undercomplete
from training.batches import Shuffled
from training.loop import CheckpointError, Run


def start(images: Tensor, recipe: AutoencoderRecipe, folder: Path, seed: int = 0) -> Run:
    torch.manual_seed(seed)
    return Run("toy", Undercomplete(recipe), recipe, Shuffled(images, recipe.batch), folder, seed)


def test_the_loss_falls(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    long = replace(recipe, epochs=60, learning_rate=5e-3)
    run = start(images, long, tmp_path)
    run.fit()
    assert run.finished
    assert len(run.losses) == long.epochs
    assert run.losses[-1] < 0.9 * run.losses[0]


def test_resuming_equals_not_stopping(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    whole = start(images, recipe, tmp_path / "whole")
    whole.fit()

    cut = start(images, recipe, tmp_path / "cut")
    while cut.step < 9:  # in the middle of the second epoch
        cut.fit(minutes=1e-9)
        cut._train_step()
    cut.save()
    resumed = start(images, recipe, tmp_path / "cut")
    resumed.resume()
    assert resumed.step == cut.step
    resumed.fit()

    assert resumed.losses == whole.losses
    for model in ("model", "averaged"):
        first, second = getattr(whole, model).state_dict(), getattr(resumed, model).state_dict()
        assert all(torch.equal(first[key], second[key]) for key in first)


def test_the_seed_decides(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    losses = []
    for seed in (0, 0, 1):
        run = start(images, recipe, tmp_path, seed)
        run.fit()
        losses.append(run.losses)
    assert losses[0] == losses[1] != losses[2]


def test_minutes_stop_a_run_and_leave_a_checkpoint(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    run = start(images, recipe, tmp_path)
    run.fit(minutes=0)
    assert run.step == 0
    assert run.checkpoint.exists()


def test_a_checkpoint_of_another_recipe_is_refused(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    start(images, recipe, tmp_path).fit(minutes=0)
    with pytest.raises(CheckpointError, match="another recipe or seed"):
        start(images, recipe, tmp_path, seed=1).resume()


@pytest.mark.parametrize("able", [True, False])
@pytest.mark.parametrize("bfloat16", [True, False])
def test_bfloat16_is_used_where_it_is_precise_enough_and_fast(
    able: bool,
    bfloat16: bool,
    images: Tensor,
    recipe: AutoencoderRecipe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "has_bfloat16", lambda device: able)
    run = start(images, recipe, tmp_path)
    monkeypatch.setattr(type(run.model), "in_bfloat16", bfloat16)
    loss, seen = run.model.loss, []

    def watched(x: Tensor) -> Tensor:
        seen.append(torch.is_autocast_enabled("cpu"))
        return loss(x)

    monkeypatch.setattr(run.model, "loss", watched)
    run._train_step()
    assert seen == [able and bfloat16]
    assert all(parameter.dtype == torch.float32 for parameter in run.model.parameters())


def test_no_checkpoint_to_resume_from(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint"):
        start(images, recipe, tmp_path).resume()


def test_averaged_weights_begin_as_the_mean_of_all(images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path) -> None:
    long = replace(recipe, epochs=100)
    run = start(images, long, tmp_path)
    seen = []
    for _ in range(5):
        run._train_step()
        seen.append(copy.deepcopy(run.model.state_dict()))
    mean = torch.stack([state["f.first.weight"] for state in seen]).mean(0)
    assert torch.allclose(run.averaged.state_dict()["f.first.weight"], mean, atol=1e-6)


@pytest.fixture
def cooling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Undercomplete, "cooldown", 0.25)


@pytest.mark.usefixtures("cooling")
def test_the_rate_is_constant_and_then_falls_along_a_line(
    images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path
) -> None:
    run = start(images, replace(recipe, epochs=20), tmp_path)
    rates = []
    for step in range(run.steps):
        run.step = step
        rates.append(run._learning_rate() / run.recipe.learning_rate)
    warm, cool = 1 + run.steps // 10, run.steps * 3 // 4
    assert rates[warm : cool + 1] == [1.0] * (cool + 1 - warm)
    falling = torch.tensor(rates[cool:]).diff()
    assert torch.allclose(falling, falling[0])
    assert falling[0] < 0
    assert rates[-1] + falling[0].item() == pytest.approx(0, abs=1e-6)


@pytest.mark.usefixtures("cooling")
def test_a_run_made_longer_continues_from_before_its_cooldown(
    images: Tensor, recipe: AutoencoderRecipe, tmp_path: Path
) -> None:
    short = replace(recipe, epochs=4)
    start(images, short, tmp_path).fit()
    same, longer = start(images, short, tmp_path), start(images, replace(short, epochs=8), tmp_path)
    same.resume()
    longer.resume()
    assert same.finished and same.cooling
    assert longer.step == same.steps * 3 // 4
    assert not longer.cooling
    longer.fit()
    assert longer.finished

"""The loss, and that training lowers it."""

import copy
from pathlib import Path

import torch
from torch import Tensor

from tests.training.codec.conftest import SMALL
from training.batches import Crops
from training.codec import PhotoCodec
from training.codec.codec import LEAST_COST, LOW_RATES_OFTENER
from training.codec.quality import trade_off
from training.loop import Run


def test_the_loss_is_rate_and_distortion(codec: PhotoCodec, crops: Tensor) -> None:
    usual = copy.deepcopy(codec.usual.eval())
    torch.manual_seed(3)
    loss = codec.loss(crops)
    torch.manual_seed(3)
    t = torch.rand(len(crops)) ** LOW_RATES_OFTENER
    rate, distortion = codec.rate_distortion(crops, t)
    cost = rate + trade_off(t) * distortion + LEAST_COST
    assert torch.isclose(loss, 2 * (cost / usual(torch.ones(len(t)), t)).sqrt().mean())


def test_distortion_is_of_what_the_decoder_shows(codec: PhotoCodec, crops: Tensor) -> None:
    codec.eval()
    t = torch.full((len(crops),), 0.7)
    with torch.no_grad():
        step = codec.step(t)
        coded = codec.prior(codec.f(crops, t) / step, codec.index_offset(t), t)
        shown = codec.g(coded.v_hat * step, coded.z_hat, t)
        _, distortion = codec.rate_distortion(crops, t)
    assert torch.allclose(distortion, (crops - shown).square().mean((1, 2, 3)), atol=1e-7)


def test_every_parameter_learns_and_at_one_speed(codec: PhotoCodec) -> None:
    listed = [id(parameter) for _, group in codec.parameter_groups() for parameter in group]
    assert sorted(listed) == sorted(id(parameter) for parameter in codec.parameters() if parameter.requires_grad)


def test_what_is_usual_follows_the_costs(codec: PhotoCodec) -> None:
    usual = codec.usual.train()
    torch.manual_seed(0)
    for _ in range(1000):
        t = torch.rand(8)
        usual(torch.exp(1 + 3 * t), t)
    t = torch.linspace(0, 1, 9)
    found = usual.eval()(torch.ones(9), t)
    assert torch.allclose(found.log(), 1 + 3 * t, atol=0.15)


def test_training_lowers_the_loss(photos: list[Tensor], crops: Tensor, tmp_path: Path) -> None:
    torch.manual_seed(0)
    codec = PhotoCodec(SMALL)
    run = Run("toy", codec, SMALL, Crops(photos, SMALL.batch, SMALL.crop), tmp_path)

    def loss() -> float:
        """At the lowest quality: so few latents cannot do much for higher ones."""
        t = torch.zeros(len(crops))
        with torch.no_grad():
            rate, distortion = codec.eval().rate_distortion(crops, t)
        return torch.log(rate + trade_off(t) * distortion).mean().item()

    codec.start(run.batches.sample())
    before = loss()
    run.fit()
    assert loss() < before - 0.02

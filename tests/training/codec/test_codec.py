"""The loss, and that training lowers it."""

from pathlib import Path

import torch
from torch import Tensor

from tests.training.codec.conftest import SMALL
from training.batches import Crops
from training.codec import PhotoCodec
from training.codec.quality import trade_off
from training.loop import Run


def test_the_loss_is_rate_and_distortion(codec: PhotoCodec, crops: Tensor) -> None:
    torch.manual_seed(3)
    loss = codec.loss(crops)
    torch.manual_seed(3)
    t = torch.rand(len(crops))
    rate, distortion = codec.rate_distortion(crops, t)
    assert torch.isclose(loss, torch.log(rate + trade_off(t) * distortion + 0.01).mean())


def test_distortion_is_of_what_the_decoder_shows(codec: PhotoCodec, crops: Tensor) -> None:
    codec.eval()
    t = torch.full((len(crops),), 0.7)
    with torch.no_grad():
        step = codec.step(t)
        v_hat = codec.prior(codec.f(crops, t) / step, codec.index_offset(t), t).v_hat
        shown = codec.g(v_hat * step, t)
        _, distortion = codec.rate_distortion(crops, t)
    assert torch.allclose(distortion, (crops - shown).square().mean((1, 2, 3)), atol=1e-7)


def test_every_parameter_learns_and_at_one_speed(codec: PhotoCodec) -> None:
    listed = [id(parameter) for _, group in codec.parameter_groups() for parameter in group]
    assert sorted(listed) == sorted(id(parameter) for parameter in codec.parameters())


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

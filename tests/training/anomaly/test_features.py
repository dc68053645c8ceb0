"""Which way edges run, at every scale: what changes it, and what does not."""

import math

import pytest
import torch
from torch import Tensor

from training.anomaly.features import CELLS, ORIENTATIONS, Features


def stripes(angle: float, period: float = 8, side: int = 64) -> Tensor:
    """A wave whose brightness changes along ``angle``, float32 [1, 1, side, side]."""
    down, across = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    phase = (across * math.cos(angle) + down * math.sin(angle)) * (2 * math.pi / period)
    return (0.5 + 0.3 * torch.sin(phase))[None, None]


@pytest.mark.parametrize(("channels", "side", "size"), [(1, 32, 9), (1, 64, 18), (3, 64, 20), (1, 512, 45)])
def test_there_is_a_row_of_cells_for_each_orientation_and_scale(channels: int, side: int, size: int) -> None:
    features = Features(channels, side)
    assert features.size == size
    assert features(torch.rand(2, channels, side, side)).shape == (2, size, CELLS, CELLS)


@pytest.mark.parametrize("direction", range(ORIENTATIONS))
def test_edges_count_for_the_way_they_run(direction: int) -> None:
    h = Features(1, 64)(stripes(direction * math.pi / ORIENTATIONS))[0]
    fine = h[ORIENTATIONS + 1 : 2 * ORIENTATIONS + 1, 1:-1, 1:-1].mean((1, 2))
    assert int(fine.argmax()) == direction


def test_exposure_and_uneven_light_change_little_and_a_turn_changes_much() -> None:
    torch.manual_seed(0)
    features, x = Features(1, 64), stripes(0.3) + 0.02 * torch.randn(1, 1, 64, 64)
    h = features(x)
    light = torch.linspace(0.4, 1, 64)
    changed = (features(x * light) - h).norm() / h.norm()
    turned = (features(x.transpose(2, 3)) - h).norm() / h.norm()
    assert changed < 0.15
    assert turned > 0.8


def test_nothing_has_no_edges_and_noise_is_loud() -> None:
    features = Features(1, 64)
    black, white, noise = features(torch.zeros(1, 1, 64, 64)), features(torch.ones(1, 1, 64, 64)), torch.rand(64, 64)
    assert black[:, :ORIENTATIONS].abs().max() < 1e-2
    assert torch.allclose(black, white, atol=1e-4)
    loud = features(noise[None, None])[0, -1, 0, 0]
    assert loud > features(stripes(0, period=32))[0, -1, 0, 0] > black[0, -1, 0, 0]


def test_hue_counts_and_is_nothing_in_gray() -> None:
    features, gray = Features(3, 32), torch.rand(1, 1, 32, 32).expand(1, 3, 32, 32)
    assert features(gray)[:, -2:].abs().max() < 1e-6
    red = gray * torch.tensor([1.0, 0.3, 0.3])[:, None, None]
    assert features(red)[:, -2].mean() > 0.2
    assert float(features(0.5 * red)[:, -2].mean()) == pytest.approx(float(features(red)[:, -2].mean()), abs=0.08)

"""Which way edges run, at every scale: what changes it, and what does not."""

import math

import pytest
import torch
from torch import Tensor

from training.anomaly.features import CELLS, ORIENTATIONS, PLACES, EdgeFeatures


def image(channels: int, side: int, x: Tensor) -> Tensor:
    """h of the whole image."""
    h, _ = EdgeFeatures(channels, side)(x)
    assert isinstance(h, Tensor)
    return h


def stripes(angle: float, period: float = 8, side: int = 64) -> Tensor:
    """A wave whose brightness changes along ``angle``, float32 [1, 1, side, side]."""
    down, across = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    phase = (across * math.cos(angle) + down * math.sin(angle)) * (2 * math.pi / period)
    return (0.5 + 0.3 * torch.sin(phase))[None, None]


@pytest.mark.parametrize(("channels", "side", "size"), [(1, 32, 9), (1, 64, 18), (3, 64, 20), (1, 512, 45)])
def test_there_is_a_row_of_cells_for_each_orientation_and_scale(channels: int, side: int, size: int) -> None:
    features = EdgeFeatures(channels, side)
    assert features.size == size
    h, places = features(torch.rand(2, channels, side, side))
    assert h.shape == (2, size, CELLS, CELLS)
    assert places.shape == (2, features.place_size, PLACES, PLACES)


@pytest.mark.parametrize("direction", range(ORIENTATIONS))
def test_edges_count_for_the_way_they_run(direction: int) -> None:
    h = image(1, 64, stripes(direction * math.pi / ORIENTATIONS))[0]
    fine = h[ORIENTATIONS + 1 : 2 * ORIENTATIONS + 1, 1:-1, 1:-1].mean((1, 2))
    assert int(fine.argmax()) == direction


def test_exposure_and_uneven_light_change_little_and_a_turn_changes_much() -> None:
    torch.manual_seed(0)
    x = stripes(0.3) + 0.02 * torch.randn(1, 1, 64, 64)
    h, light = image(1, 64, x), torch.linspace(0.4, 1, 64)
    changed = (image(1, 64, x * light) - h).norm() / h.norm()
    turned = (image(1, 64, x.transpose(2, 3)) - h).norm() / h.norm()
    assert changed < 0.15
    assert turned > 0.8


def test_nothing_has_no_edges_and_noise_is_loud() -> None:
    black, white = image(1, 64, torch.zeros(1, 1, 64, 64)), image(1, 64, torch.ones(1, 1, 64, 64))
    assert black[:, :ORIENTATIONS].abs().max() < 1e-2
    assert torch.allclose(black, white, atol=1e-4)
    noise, wave = image(1, 64, torch.rand(1, 1, 64, 64)), image(1, 64, stripes(0, period=32))
    assert noise[0, -1, 0, 0] > wave[0, -1, 0, 0] > black[0, -1, 0, 0]


def test_hue_counts_and_is_nothing_in_gray() -> None:
    gray = torch.rand(1, 1, 32, 32).expand(1, 3, 32, 32)
    assert image(3, 32, gray)[:, -2:].abs().max() < 1e-6
    red = gray * torch.tensor([1.0, 0.3, 0.3])[:, None, None]
    bright, dim = (float(image(3, 32, share * red)[:, -2].mean()) for share in (1, 0.5))
    assert bright > 0.2
    assert dim == pytest.approx(bright, abs=0.08)


def test_a_place_is_known_by_what_is_there() -> None:
    x = stripes(0).clone()
    x[:, :, 40:44, 20:24] = 1
    _, places = EdgeFeatures(1, 64)(x)
    _, usual = EdgeFeatures(1, 64)(stripes(0))
    row, column = divmod(int((places - usual)[0].square().sum(0).argmax()), PLACES)
    assert abs(row - 20) <= 1
    assert abs(column - 10) <= 1

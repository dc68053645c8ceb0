"""The two networks of the denoiser: shapes, what they start as, and that signals keep their strength."""

import pytest
import torch

from training.denoiser.network import CELL, Estimator, UNet, spread

WIDTHS, BLOCKS = (8, 12, 16), (1, 2, 1)


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


def test_the_estimate_is_a_strength_of_each_cell() -> None:
    sigma = Estimator()(torch.rand(2, 3, 48, 72))
    assert sigma.shape == (2, 1, 48 // CELL, 72 // CELL)
    assert (sigma > 0).all()


def test_the_noise_is_nothing_before_training_and_of_the_shape_of_the_image() -> None:
    network = UNet(WIDTHS, BLOCKS)
    x, sigma = torch.rand(2, 3, 48, 72), torch.full((2, 1, 6, 9), 0.1)
    assert torch.equal(network(x, sigma), torch.zeros(2, 3, 48, 72))
    torch.nn.init.normal_(network.tail.weight)
    assert network(x, sigma).std() > 0


def test_the_noise_depends_on_the_strength() -> None:
    network = UNet(WIDTHS, BLOCKS)
    torch.nn.init.normal_(network.tail.weight)
    x = torch.rand(1, 3, 32, 32)
    weak, strong = (network(x, torch.full((1, 1, 4, 4), sigma)) for sigma in (0.01, 0.2))
    assert (weak - strong).abs().max() > 1e-3


def test_there_are_as_many_blocks_as_asked_for_on_each_side() -> None:
    network = UNet(WIDTHS, BLOCKS)
    for side in (network.before, network.after):
        assert [len(list(row.children())) for row in side] == [1, 2]
    assert len(network.middle) == 1


def test_a_layer_keeps_the_strength_of_its_input() -> None:
    head = UNet((64, 64, 64), BLOCKS).head
    out = head(torch.randn(4, 13, 64, 64))
    assert out.std().item() == pytest.approx(1, rel=0.1)


def test_a_strength_spreads_smoothly() -> None:
    fine = spread(torch.tensor([[[[0.0, 1.0]]]]), CELL)
    assert fine.shape == (1, 1, 8, 16)
    assert (fine[..., 1:] >= fine[..., :-1]).all() and fine.min() == 0 and fine.max() == 1

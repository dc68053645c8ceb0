"""What follows the quality."""

import torch

from training.codec.quality import LEAST_LAMBDA, MOST_LAMBDA, Knots, trade_off


def test_the_trade_off_spans_its_range() -> None:
    assert torch.allclose(trade_off(torch.tensor([0.0, 1.0])), torch.tensor([LEAST_LAMBDA, MOST_LAMBDA]))


def test_knots_are_joined_by_straight_lines() -> None:
    knots = Knots(2, count=3)
    with torch.no_grad():
        knots.values.copy_(torch.tensor([[0.0, 4.0], [1.0, 2.0], [5.0, 0.0]]))
    found = knots(torch.tensor([0.0, 0.25, 0.5, 1.0])).flatten(1)
    assert torch.allclose(found, torch.tensor([[0.0, 4.0], [0.5, 3.0], [1.0, 2.0], [5.0, 0.0]]))

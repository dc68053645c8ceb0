"""Integers in, integers out, the same in whatever order they are added."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.codec.exact import EXACT, MAX_ACTIVATION, ExactConv, straight_floor, straight_leaky_clip, straight_round


def layer(inputs: int, size: float, clipped: bool = True) -> ExactConv:
    torch.manual_seed(inputs)
    made = ExactConv(inputs, 16, 3, clipped=clipped)
    with torch.no_grad():
        made.weight.mul_(size)
        made._bias().add_(size)
    return made


@settings(max_examples=30)
@given(inputs=st.integers(1, 300), size=st.floats(1e-3, 300))
def test_no_sum_reaches_what_float32_cannot_hold(inputs: int, size: float) -> None:
    assert layer(inputs, size).bound() < EXACT


def test_the_worst_input_stays_exact() -> None:
    made = layer(200, 3.0, clipped=False)
    weight, bias, scale = (part.detach() for part in made.integers())
    worst = MAX_ACTIVATION * (weight[:1] > 0).float()
    with torch.no_grad():
        middle = made(worst.expand(1, -1, -1, -1))[0, :, 1, 1]
    sums = (worst.long() * weight.long()).sum((1, 2, 3)) + bias.long()
    assert torch.equal(middle.long(), sums // scale.long())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_order_of_summation_does_not_matter(dtype: torch.dtype) -> None:
    made = layer(96, 1.0).to(dtype)
    a = torch.randint(0, MAX_ACTIVATION + 1, (2, 96, 9, 9)).to(dtype)
    shuffled = torch.randperm(96)
    with torch.no_grad():
        expected = made(a)
        made.weight.copy_(made.weight[:, shuffled])
        assert torch.equal(made(a[:, shuffled]), expected)
    assert torch.equal(expected, expected.round())
    assert expected.abs().max() <= MAX_ACTIVATION
    assert (expected < 0).any() and (expected > 0).any()


def test_it_is_near_the_convolution_that_it_stands_for() -> None:
    made = layer(32, 1.0, clipped=False)
    a = torch.randint(0, MAX_ACTIVATION + 1, (1, 32, 8, 8)).float()
    with torch.no_grad():
        plain = torch.nn.functional.conv2d(a / 64, made.weight, made.bias, padding=1)
        assert (made(a) / 64 - plain).abs().max() < 0.25


def test_gradients_pass_through() -> None:
    x = torch.tensor([0.4, 1.6], requires_grad=True)
    (straight_round(x) + straight_floor(x)).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, torch.full((2,), 2.0))
    made = layer(4, 1.0)
    made(torch.ones(1, 4, 3, 3)).sum().backward()
    assert made.weight.grad is not None and made.weight.grad.abs().sum() > 0


def test_a_unit_learns_wherever_it_is() -> None:
    x = torch.tensor([-5000.0, -30.0, -1.0, 20.0, 600.0], requires_grad=True)
    out = straight_leaky_clip(x)
    out.sum().backward()
    assert out.tolist() == [-511, -4, -1, 20, 511]
    assert x.grad is not None
    assert torch.allclose(x.grad, torch.tensor([0.05, 0.125, 0.125, 1.0, 0.05]))

"""Integers in, integers out, the same in whatever order they are added."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from training.codec.exact import EXACT, LEAK, MAX_ACTIVATION, ExactConv, straight_round


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


@pytest.mark.parametrize("size", [0.1, 1.0, 30.0])
def test_weights_fit_16_bits_however_few_they_are(size: float) -> None:
    made = ExactConv(1, 16, largest=63, unit_in=2)
    with torch.no_grad():
        made.weight.fill_(size)
    weight, _, scale = made.integers()
    assert weight.abs().max() < 1 << 15
    assert (scale < 1 << 12).all() == (size > 0.25)


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


def test_gradients_pass_through_rounding() -> None:
    x = torch.tensor([0.4, 1.6], requires_grad=True)
    straight_round(x).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, torch.ones(2))


def gradients(out: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
    """Of a fixed sum of what is in ``out``."""
    weights = torch.randn(out.shape, generator=torch.Generator().manual_seed(0))
    found: tuple[Tensor, ...] = torch.autograd.grad((out * weights).sum(), parts)
    return found


@pytest.mark.parametrize("groups", [1, 8])
@pytest.mark.parametrize("clipped", [True, False])
def test_gradients_are_those_of_the_convolution_that_it_stands_for(groups: int, clipped: bool) -> None:
    torch.manual_seed(0)
    made = ExactConv(8, 16, 3, groups=groups, unit_out=8, clipped=clipped)
    a = torch.randint(0, MAX_ACTIVATION + 1, (2, 8, 6, 7)).float().requires_grad_()
    parts = a, made.weight, made._bias()
    out = made(a)
    slope = torch.where(out < 0, 1 / 8, 1.0).where(out.abs() < MAX_ACTIVATION, LEAK) if clipped else torch.ones(())
    plain = 8 * torch.nn.functional.conv2d(a / 64, *parts[1:], padding=1, groups=groups) * slope.detach()
    for one, other in zip(gradients(out, *parts), gradients(plain, *parts), strict=True):
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-4)


def test_in_autocast_results_stay_exact_and_gradients_come_near() -> None:
    made = layer(64, 1.0)
    a = torch.randint(0, MAX_ACTIVATION + 1, (2, 64, 9, 9)).float().requires_grad_()
    expected = made(a)
    with torch.autocast("cpu", torch.bfloat16):
        out = made(a)
    assert torch.equal(out, expected)
    (exact,), (near,) = gradients(expected, a), gradients(out, a)
    assert (near - exact).norm() < 0.02 * exact.norm()


def test_a_unit_learns_wherever_it_is() -> None:
    made = ExactConv(1, 1, largest=5000)
    torch.nn.init.ones_(made.weight)
    torch.nn.init.zeros_(made._bias())
    a = torch.tensor([-5000.0, -30.0, -1.0, 20.0, 600.0], requires_grad=True)
    out = made(a[:, None, None, None]).flatten()
    assert out.tolist() == [-511, -4, -1, 20, 511]
    (slope,) = torch.autograd.grad(out.sum(), a)
    assert torch.allclose(slope, torch.tensor([0.05, 0.125, 0.125, 1.0, 0.05]))

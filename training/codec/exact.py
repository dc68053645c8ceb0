"""Convolutions in integers, so that every machine computes the same entropy model, to the bit.

Activations, weights and partial sums are integers held in float32. Below 2²⁴ float32 adds integers exactly, so neither
the order of summation nor threads, graph optimisations or the device change a result (Ballé et al., 2019, "Integer
networks for data compression", in float arithmetic). An activation a stands for the real number a / ``ONE``.
"""

from collections.abc import Callable
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ONE = 64
"""The integer that stands for 1.0 between layers."""

MAX_ACTIVATION = 511
"""Activations are clipped to ±511: the real numbers ±8."""

NEGATIVE_SLOPE = 1 / 8
"""The slope below zero; a power of two, so that the product is exact."""

MAX_WEIGHT = 32767
"""Weights are stored in 16 bits."""

EXACT = 1 << 24
"""float32 holds every integer up to this."""


class ExactConv(nn.Module):
    """out = ⌊(W·a + b) / 2ᵏ⌋, with W and b rounded to integers at the largest k that keeps every sum below 2²⁴.

    Takes integers of at most ``largest`` in size, in units of 1 / ``unit_in``, gives integers in units of
    1 / ``unit_out``, through ``leaky_clip`` if ``clipped``: [n, inputs, h, w] → [n, outputs, h, w]; of as many
    ``groups``, each sees its own channels. Rounding passes gradients straight through, so the network is trained in the
    arithmetic that it is used in. Where autocast is on, gradients alone are computed in bfloat16.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 1,
        *,
        groups: int = 1,
        largest: int = MAX_ACTIVATION,
        unit_in: int = ONE,
        unit_out: int = ONE,
        clipped: bool = True,
    ) -> None:
        super().__init__()
        self.largest, self.gain, self.clipped = largest, unit_out / unit_in, clipped
        self.unit_out, self.padding, self.groups = unit_out, kernel // 2, groups
        plain = nn.Conv2d(inputs, outputs, kernel, groups=groups)
        self.weight, self.bias = plain.weight, plain.bias

    def shift(self) -> Tensor:
        """k of each output channel, float [outputs]: the bound counts every input at its largest, and W fits int16."""
        size = self.gain * self.weight.detach().abs()
        reach = self.largest * size.sum((1, 2, 3))
        offset = self.unit_out * self._bias().detach().abs()
        rounding = self.largest * self.weight[0].numel() / 2 + 2
        room = torch.minimum((EXACT - rounding) / (reach + offset + 1), MAX_WEIGHT / (size.amax((1, 2, 3)) + 1e-9))
        return torch.log2(room).floor().clamp(0, 12)

    @torch.no_grad()
    def integers(self) -> tuple[Tensor, Tensor, Tensor]:
        """W [outputs, inputs / groups, k, k], b [outputs] and 2ᵏ [outputs], integers; b holds the half that rounds."""
        scale = torch.exp2(self.shift())
        weight = (self.weight * (self.gain * scale)[:, None, None, None]).round()
        bias = (self._bias() * self.unit_out * scale).round() + (scale / 2).floor()
        return weight, bias, scale

    def bound(self) -> int:
        """The largest sum that any input can lead to."""
        weight, bias, _ = self.integers()
        reach = self.largest * weight.double().abs().sum((1, 2, 3)) + bias.double().abs()
        return int(reach.max())

    def forward(self, a: Tensor) -> Tensor:
        in_autocast = torch.is_autocast_enabled(a.device.type)
        with torch.autocast(a.device.type, enabled=False):
            return _exactly(a, self.weight, self.bias, self, torch.bfloat16 if in_autocast else a.dtype)

    def _bias(self) -> Tensor:
        assert self.bias is not None
        return self.bias


class _Context(Protocol):
    """What a function keeps for its gradient."""

    layer: ExactConv
    saved_tensors: tuple[Tensor, ...]
    needs_input_grad: tuple[bool, ...]

    def save_for_backward(self, *tensors: Tensor | None) -> None: ...


class _Exactly(torch.autograd.Function):
    """What ``ExactConv`` computes; its gradient is that of the convolution without rounding, in a ``dtype``.

    Where a result is negative it is an eighth of that, and ``LEAK`` of it where the result is clipped.
    """

    @staticmethod
    def forward(ctx: _Context, a: Tensor, weight: Tensor, bias: Tensor, layer: ExactConv, dtype: torch.dtype) -> Tensor:
        integers, offsets, scale = layer.integers()
        out = F.conv2d(a, integers, offsets, padding=layer.padding, groups=layer.groups)
        out = out.div_(scale[:, None, None]).floor_()
        if layer.clipped:
            out = leaky_clip(out)
        ctx.save_for_backward(a.to(dtype), weight, out if layer.clipped else None)
        ctx.layer = layer
        return out

    @staticmethod
    def backward(ctx: _Context, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,), layer = gradients, ctx.layer
        a, weight, out = ctx.saved_tensors
        if layer.clipped:
            slope = torch.where(out < 0, NEGATIVE_SLOPE, 1.0)
            gradient = gradient * torch.where(out.abs() == MAX_ACTIVATION, LEAK, slope)
        of_a, of_weight, of_bias = torch.ops.aten.convolution_backward(
            gradient.to(a.dtype),
            a,
            (layer.gain * weight).to(a.dtype),
            [len(weight)],
            [1, 1],
            [layer.padding, layer.padding],
            [1, 1],
            False,
            [0, 0],
            layer.groups,
            [ctx.needs_input_grad[0], True, True],
        )
        dtype = gradient.dtype
        of_a = None if of_a is None else of_a.to(dtype)
        return of_a, layer.gain * of_weight.to(dtype), layer.unit_out * of_bias.to(dtype), None, None


_exactly: Callable[..., Tensor] = _Exactly.apply

LEAK = 0.05
"""The share of the gradient that passes where an activation is clipped."""


def straight_round(x: Tensor) -> Tensor:
    """round(x), with the gradient of x."""
    return x.round().detach() + (x - x.detach())


def leaky_clip(x: Tensor) -> Tensor:
    """max(x, ⌊x/8⌋) within ±511: a leaky rectifier (Maas et al., 2013) that maps integers to integers."""
    return torch.maximum(x, torch.floor(NEGATIVE_SLOPE * x)).clamp(-MAX_ACTIVATION, MAX_ACTIVATION)

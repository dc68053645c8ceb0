"""Convolutions in integers, so that every machine computes the same entropy model, to the bit.

Activations, weights and partial sums are integers held in float32. Below 2²⁴ float32 adds integers exactly, so neither
the order of summation nor threads, graph optimisations or the device change a result (Ballé et al., 2019, "Integer
networks for data compression", in float arithmetic). An activation a stands for the real number a / ``ONE``.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ONE = 64
"""The integer that stands for 1.0 between layers."""

MAX_ACTIVATION = 511
"""Activations are clipped to ±511: the real numbers ±8."""

NEGATIVE_SLOPE = 1 / 8
"""The slope below zero; a power of two, so that the product is exact."""

EXACT = 1 << 24
"""float32 holds every integer up to this."""


class ExactConv(nn.Module):
    """out = ⌊(W·a + b) / 2ᵏ⌋, with W and b rounded to integers at the largest k that keeps every sum below 2²⁴.

    Takes integers of at most ``largest`` in size, in units of 1 / ``unit_in``, gives integers in units of
    1 / ``unit_out``, through ``leaky_clip`` if ``clipped``: [n, inputs, h, w] → [n, outputs, h, w]. Rounding passes
    gradients straight through, so the network is trained in the arithmetic that it is used in.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 1,
        *,
        largest: int = MAX_ACTIVATION,
        unit_in: int = ONE,
        unit_out: int = ONE,
        clipped: bool = True,
    ) -> None:
        super().__init__()
        self.largest, self.gain, self.clipped = largest, unit_out / unit_in, clipped
        self.unit_out, self.padding = unit_out, kernel // 2
        plain = nn.Conv2d(inputs, outputs, kernel)
        self.weight, self.bias = plain.weight, plain.bias

    def shift(self) -> Tensor:
        """k of each output channel, float [outputs]: the bound counts every input at its largest."""
        reach = self.largest * self.gain * self.weight.detach().abs().sum((1, 2, 3))
        offset = self.unit_out * self._bias().detach().abs()
        rounding = self.largest * self.weight[0].numel() / 2 + 2
        return torch.log2((EXACT - rounding) / (reach + offset + 1)).floor().clamp(0, 12)

    def integers(self) -> tuple[Tensor, Tensor, Tensor]:
        """W [outputs, inputs, k, k], b [outputs] and 2ᵏ [outputs], integers; b holds the half that rounds."""
        scale = torch.exp2(self.shift())
        weight = straight_round(self.weight * (self.gain * scale)[:, None, None, None])
        bias = straight_round(self._bias() * self.unit_out * scale) + (scale / 2).floor()
        return weight, bias, scale

    def bound(self) -> int:
        """The largest sum that any input can lead to."""
        weight, bias, _ = self.integers()
        reach = self.largest * weight.double().abs().sum((1, 2, 3)) + bias.double().abs()
        return int(reach.max())

    def forward(self, a: Tensor) -> Tensor:
        weight, bias, scale = self.integers()
        out = straight_floor(F.conv2d(a, weight, bias, padding=self.padding) / scale[:, None, None])
        return straight_leaky_clip(out) if self.clipped else out

    def _bias(self) -> Tensor:
        assert self.bias is not None
        return self.bias


LEAK = 0.05
"""The share of the gradient that passes where an activation is clipped."""


def straight_round(x: Tensor) -> Tensor:
    """round(x), with the gradient of x."""
    return x.round().detach() + (x - x.detach())


def straight_floor(x: Tensor) -> Tensor:
    """⌊x⌋, with the gradient of x."""
    return x.floor().detach() + (x - x.detach())


def leaky_clip(x: Tensor) -> Tensor:
    """max(x, ⌊x/8⌋) within ±511: a leaky rectifier (Maas et al., 2013) that maps integers to integers."""
    return torch.maximum(x, torch.floor(NEGATIVE_SLOPE * x)).clamp(-MAX_ACTIVATION, MAX_ACTIVATION)


def straight_leaky_clip(x: Tensor) -> Tensor:
    """``leaky_clip``, with a gradient of 1, of 1/8 below zero, and of a twentieth where it is clipped."""
    clipped = leaky_clip(x.detach())
    slope = torch.where(x < 0, NEGATIVE_SLOPE, 1.0)
    slope = torch.where(clipped.abs() == MAX_ACTIVATION, LEAK, slope)
    return clipped + slope * (x - x.detach())  # adds exactly zero

"""h, the features that an anomaly detector reconstructs instead of pixels: which way edges run, where, at every scale.

Pixels say little of whether a texture is as it should be: light changes them all, a shift by one changes most. The
strength of edges by orientation, summed over cells, stays (Dalal & Triggs 2005, "Histograms of oriented gradients for
human detection"); its square root lets a weak edge count beside a strong one (Arandjelović & Zisserman 2012, "Three
things everyone should know to improve object retrieval").
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

COARSEST, FINEST = 32, 512
"""Sides of the scales: from ``COARSEST`` pixels, twice as many each time, up to the image's side."""

CELLS = 7
"""Cells each way; they are a quarter of the side and overlap by half."""

ORIENTATIONS = 8
RADIUS = 8
"""Of the neighbourhood that tells what contrast is usual in a place, in pixels."""

DARKEST, LEAST_CONTRAST, LEAST_EDGE = 0.05, 0.02, 1e-6
"""What is taken for nothing: brightness of 1, deviation of log brightness, strength of an edge."""

LOUDNESS = 0.3
"""The weight of how strong a scale's edges are altogether, by which noise differs from a texture of the same shape."""


class Features(nn.Module):
    """x float32 [n, channels, side, side] in 0..1 → h float32 [n, size, CELLS, CELLS].

    ``size`` is ``ORIENTATIONS`` + 1 a scale, and of colour images 2 more.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.channels, self.side = channels, side
        self.scales = [COARSEST << k for k in range((side // COARSEST).bit_length())]
        self.size = (ORIENTATIONS + 1) * len(self.scales) + (2 if channels == 3 else 0)

    def forward(self, x: Tensor) -> Tensor:
        even = _evenly_lit(x.mean(1, keepdim=True))
        parts = [_histograms(F.avg_pool2d(even, self.side // scale)) for scale in self.scales]
        if self.channels == 3:
            parts.append(_hues(x))
        return torch.cat(parts, 1)


def _evenly_lit(x: Tensor) -> Tensor:
    """Contrast in units of what is usual nearby: (log x − mean) / deviation; light and exposure cancel out."""
    x = torch.log(x + DARKEST)
    x = x - _nearby(x)
    return x / (_nearby(x * x).sqrt() + LEAST_CONTRAST)


def _nearby(x: Tensor) -> Tensor:
    """The mean of a neighbourhood, weighted as a pyramid."""
    for kernel in ((2 * RADIUS + 1, 1), (1, 2 * RADIUS + 1)) * 2:
        x = F.avg_pool2d(_padded(x, kernel[0] // 2, kernel[1] // 2), kernel, 1)
    return x


def _histograms(x: Tensor) -> Tensor:
    """[n, 1, s, s] → [n, ORIENTATIONS + 1, CELLS, CELLS]: where edges run which way, and how strong all are."""
    edges = _edges(_smoothed(x))
    cell = x.shape[-1] // (CELLS + 1) * 2
    sums = F.avg_pool2d(edges, cell, cell // 2)
    strength = sums.sum((1, 2, 3), keepdim=True)
    loud = LOUDNESS / CELLS * torch.log(strength + 0.1)
    return torch.cat([((sums + LEAST_EDGE) / (strength + 1)).sqrt(), loud.expand(-1, 1, CELLS, CELLS)], 1)


def _smoothed(x: Tensor) -> Tensor:
    kernel = torch.tensor([0.25, 0.5, 0.25])
    rows = F.conv2d(_padded(x, 1, 0), kernel[None, None, :, None])
    return F.conv2d(_padded(rows, 0, 1), kernel[None, None, None, :])


def _edges(x: Tensor) -> Tensor:
    """[n, 1, s, s] → [n, ORIENTATIONS, s, s]: the gradient's length, times cos⁴ 2(α − θ) of its angle to each θ."""
    across = (x := _padded(x, 1, 1))[..., 1:-1, 2:] - x[..., 1:-1, :-2]
    down = x[..., 2:, 1:-1] - x[..., :-2, 1:-1]
    length = (across.square() + down.square() + LEAST_EDGE**2).sqrt() / 2
    cos, sin = (across.square() - down.square()) / length, 2 * across * down / length  # of 2α, times 4 length
    theta = torch.arange(ORIENTATIONS) * (math.pi / ORIENTATIONS)
    near = F.relu(cos * torch.cos(2 * theta)[:, None, None] + sin * torch.sin(2 * theta)[:, None, None])
    return length * (near / (4 * length)).square().square()


def _hues(x: Tensor) -> Tensor:
    """[n, 3, s, s] → [n, 2, CELLS, CELLS]: red against green, blue against both, as shares of all light."""
    red, green, blue = x.unbind(1)
    light = x.sum(1) + 3 * DARKEST
    cell = x.shape[-1] // (CELLS + 1) * 2
    return F.avg_pool2d(torch.stack([(red - green) / light, (blue - (red + green) / 2) / light], 1), cell, cell // 2)


def _padded(x: Tensor, rows: int, columns: int) -> Tensor:
    return F.pad(x, (columns, columns, rows, rows), mode="replicate")

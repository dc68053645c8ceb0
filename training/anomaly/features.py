"""h, the features that an anomaly detector reconstructs instead of pixels: which way edges run, where, at every scale.

Pixels say little about whether a texture is as it should be: light changes all of them, a shift by one changes most.
The strength of edges by orientation, summed over cells, stays (Dalal & Triggs 2005, "Histograms of oriented gradients
for human detection"); its square root lets a weak edge count beside a strong one (Arandjelović & Zisserman 2012, "Three
things everyone should know to improve object retrieval").
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

COARSEST, FINEST = 32, 512
"""The sides of the scales in pixels, which double from ``COARSEST`` up to the image's side, ``FINEST`` at most."""

CELLS, PLACES = 7, 31
"""How many cells and places there are each way. A cell is a quarter of the side, a place a sixteenth; each overlaps
the next by half."""

ORIENTATIONS = 8
RADIUS = 8
"""The radius, in pixels, of the neighbourhood whose contrast counts as usual."""

DARKEST, LEAST_CONTRAST, LEAST_EDGE = 0.05, 0.02, 1e-6
"""Added so that nothing is divided by zero: to brightness in 0..1, its log's deviation, the strength of an edge."""

LOUDNESS = 0.3
"""The weight of a scale's total edge strength, which tells noise from a texture with the same orientations."""


class EdgeFeatures(nn.Module):
    """x float32 [n, channels, side, side] in 0..1 → h of the image and of its places.

    For the image, h is float32 [n, size, CELLS, CELLS]; ``size`` is ``ORIENTATIONS`` + 1 for each scale, and 2 more for
    colour images. For places, it is finer: float32 [n, place_size, PLACES, PLACES], with ``ORIENTATIONS`` + 2 for each
    scale, and 2 more for colour images.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.channels, self.side = channels, side
        self.scales = [COARSEST << k for k in range((side // COARSEST).bit_length())]
        hues = 2 if channels == 3 else 0
        self.size = (ORIENTATIONS + 1) * len(self.scales) + hues
        self.place_size = (ORIENTATIONS + 2) * len(self.scales) + hues

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        even = _evenly_lit(x.mean(1, keepdim=True))
        image, places = [], []
        for scale in self.scales:
            seen = F.avg_pool2d(even, self.side // scale)
            edges = _edges(_smoothed(seen))
            image.append(_histograms(_cells(edges, CELLS)))
            strengths = _cells(torch.cat([edges, seen.square()], 1), PLACES)
            places += [(strengths + LEAST_EDGE).sqrt(), _cells(seen, PLACES)]
        if self.channels == 3:
            hues = _hues(x)
            image.append(_cells(hues, CELLS))
            places.append(_cells(hues, PLACES))
        return torch.cat(image, 1), torch.cat(places, 1)


def _cells(x: Tensor, count: int) -> Tensor:
    """Means of cells that overlap by half: [n, c, s, s] → [n, c, count, count]."""
    half = x.shape[-1] // (count + 1)
    return F.avg_pool2d(x, 2 * half, half)


def _evenly_lit(x: Tensor) -> Tensor:
    """Contrast relative to the neighbourhood, (log x − mean) / deviation: light and exposure cancel out."""
    x = torch.log(x + DARKEST)
    x = x - _nearby(x)
    return x / (_nearby(x * x).sqrt() + LEAST_CONTRAST)


def _nearby(x: Tensor) -> Tensor:
    """The mean of a neighbourhood, weighted as a pyramid."""
    for kernel in ((2 * RADIUS + 1, 1), (1, 2 * RADIUS + 1)) * 2:
        x = F.avg_pool2d(_padded(x, kernel[0] // 2, kernel[1] // 2), kernel, 1)
    return x


def _histograms(sums: Tensor) -> Tensor:
    """[n, ORIENTATIONS, CELLS, CELLS] → one channel more: orientations, of length 1 in all, and the total strength."""
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
    """[n, 3, s, s] → [n, 2, s, s]: red minus green, and blue minus the mean of both, as shares of all light."""
    red, green, blue = x.unbind(1)
    light = x.sum(1) + 3 * DARKEST
    return torch.stack([(red - green) / light, (blue - (red + green) / 2) / light], 1)


def _padded(x: Tensor, rows: int, columns: int) -> Tensor:
    return F.pad(x, (columns, columns, rows, rows), mode="replicate")

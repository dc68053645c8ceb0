"""The two networks of the denoiser: one estimates how strong the noise is, the other what it is."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.blocks import Block

CELL = 8
"""The noise's strength is estimated for cells of 8×8 pixels, the coarsest resolution of either network."""

DEVIATION = 0.25
"""The standard deviation of photographs' pixels, about. Divided by it, inputs are of the size of 1, from which networks
learn ten times as fast."""


class Estimator(nn.Module):
    """σ̂: x̃ float [n, 3, h, w], h and w multiples of 8 → [n, 1, h/8, w/8], standard deviations in 0..1's units."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(12, 32, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(32, 64, 2, 2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(64, 64, 2, 2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(64, 64, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(64, 1, 3, padding=1),
            nn.Softplus(),
        )
        _keep_strength(self)

    def forward(self, x: Tensor) -> Tensor:
        sigma: Tensor = self.layers((x - 0.5) / DEVIATION) / 10
        return sigma


class UNet(nn.Module):
    """ε̂, the noise: x̃ float [n, 3, h, w] and σ [n, 1, h/8, w/8] → float [n, 3, h, w], zero until it is trained.

    Contracting, expanding, with skip connections (Ronneberger et al., 2015); ``widths`` are the channels at 1/2, 1/4
    and 1/8 of the resolution, ``blocks`` how many blocks there are on each side, at 1/8 in all.
    """

    def __init__(self, widths: tuple[int, int, int], blocks: tuple[int, int, int]) -> None:
        super().__init__()
        finest = widths[0]
        self.head = nn.Conv2d(4 * 3 + 1, finest, 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(wide, wider, 2, 2) for wide, wider in pairwise(widths))
        self.up = nn.ModuleList(nn.Conv2d(wider, 4 * wide, 1) for wide, wider in pairwise(widths))
        self.before, self.after = (
            nn.ModuleList(_row(width, count) for width, count in zip(widths[:-1], blocks, strict=False))
            for _ in range(2)
        )
        self.middle = _row(widths[-1], blocks[-1])
        self.tail = nn.Conv2d(finest, 4 * 3, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        _keep_strength(self)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        given = torch.cat([F.pixel_unshuffle(x - 0.5, 2), spread(sigma, CELL // 2)], 1)
        h = self.head(given / DEVIATION)
        kept = []
        for blocks, down in zip(self.before, self.down, strict=True):
            h = blocks(h)
            kept.append(h)
            h = down(h)
        h = self.middle(h)
        for blocks, up, skip in reversed(list(zip(self.after, self.up, kept, strict=True))):
            h = blocks(F.pixel_shuffle(up(h), 2) + skip)
        return F.pixel_shuffle(self.tail(h), 2)


def spread(sigma: Tensor, factor: int) -> Tensor:
    """σ of the cells at a finer resolution, changing smoothly from cell to cell."""
    return F.interpolate(sigma, scale_factor=factor, mode="bilinear", align_corners=False)


def _row(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Block(width) for _ in range(count)))


@torch.no_grad()
def _keep_strength(network: nn.Module) -> None:
    """Draws weights of variance 1 / inputs, so that outputs are as strong as inputs; all-zero weights stay zero."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d) and layer.weight.any():
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
        if isinstance(layer, nn.Conv2d) and layer.bias is not None:
            nn.init.zeros_(layer.bias)

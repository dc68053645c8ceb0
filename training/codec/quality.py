"""The quality t in 0..1, and what depends on it: λ, and curves that are learned."""

import torch
from torch import Tensor, nn

LEAST_LAMBDA, MOST_LAMBDA = 17.5, 200000.0


def trade_off(t: Tensor) -> Tensor:
    """λ(t): what a unit of squared error, of pixels in 0..1, is worth in bits per pixel."""
    return LEAST_LAMBDA * (MOST_LAMBDA / LEAST_LAMBDA) ** t


class Knots(nn.Module):
    """A learned curve over t for each channel: straight lines between ``count`` knots.

    t [n] → [n, channels, 1, 1].
    """

    def __init__(self, channels: int, count: int = 7) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.zeros(count, channels))

    def forward(self, t: Tensor) -> Tensor:
        return (self._hats(t)[:, :, None] * self.values).sum(1)[:, :, None, None]

    @torch.no_grad()
    def towards(self, t: Tensor, difference: Tensor, share: float) -> None:
        """Moves the curve of a single channel at t [n] by about a ``share`` of ``difference`` [n]."""
        self.values.add_(share * (self._hats(t) * difference[:, None]).sum(0)[:, None])

    def nearest(self, curve: Tensor) -> Tensor:
        """The knots, [count, channels], that fit a ``curve`` [n, channels] over t = 0..1 best (least squares)."""
        hats = self._hats(torch.linspace(0, 1, len(curve)))
        solution: Tensor = torch.linalg.lstsq(hats, curve).solution
        return solution

    def _hats(self, t: Tensor) -> Tensor:
        """How much each knot counts at t [n]: [n, count]."""
        last = len(self.values) - 1
        places = torch.arange(last + 1, dtype=torch.float32, device=t.device)
        return (1 - (t[:, None] * last - places).abs()).clamp_min(0)

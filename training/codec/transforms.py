"""Analysis y = f(x) and synthesis x̂ = g(ŷ): pixels ↔ latents at 1/16 of the resolution.

Both begin as the principal components of photo blocks (8×8, then 2×2 of those), the best linear transform there is
for coding (Goyal, 2001), so that the first step of training already is a transform codec; residual blocks, identities
until they are trained, learn what lies across blocks and beyond linear.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.blocks import Block, FullConv2d, Grown
from training.codec.quality import Knots

PATCH = 8
STRIDE = 2 * PATCH
FEATURES = 3 * PATCH * PATCH
"""Channels at 1/8 of the resolution: as many numbers as pixels."""

SOFTNESS = 0.1
"""Channels are divided by √(σ² + 0.1²): weaker ones are not blown up to the size of strong ones."""


class Graded(Block):
    """A block with 1 + γ(t) for the scale of each channel: one network serves all qualities."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.gamma = Knots(width)

    def grade(self, t: Tensor) -> Tensor:
        """1 + γ(t), [n, width, 1, 1]."""
        scale: Tensor = 1 + self.gamma(t)
        return scale


class Blocks(nn.ModuleList):
    """Residual blocks in a row."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__(Graded(width) for _ in range(count))

    def forward(self, h: Tensor, t: Tensor) -> Tensor:
        for block in self:
            assert isinstance(block, Graded)
            h = block(h, block.grade(t))
        return h


class Analysis(nn.Module):
    """y = f(x, t): x float [n, 3, h, w] in 0..1, h and w multiples of 16 → y float [n, latents, h/16, w/16]."""

    def __init__(self, latents: int, blocks: int) -> None:
        super().__init__()
        self.patch = FullConv2d(3, FEATURES, PATCH, PATCH)
        self.fine = Blocks(FEATURES, blocks)
        self.merge = FullConv2d(FEATURES, latents, 2, 2)
        self.coarse = Blocks(latents, blocks)
        self.register_buffer("scale", torch.ones(latents, 1, 1))
        self.scale: Tensor

    def linear(self) -> list[nn.Parameter]:
        return [*self.patch.parameters(), *self.merge.parameters()]

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        h = self.coarse(self.merge(self.fine(self.patch(x), t)), t)
        y: Tensor = h * self.scale
        return y


class Hint(Grown):
    """What ẑ, float [n, hyper, h/4, w/4], adds to the latents before they become pixels: [n, latents, h, w]."""

    def __init__(self, hyper: int, latents: int) -> None:
        super().__init__()
        width = latents // 4
        self.wide, self.wider = nn.Conv2d(hyper, 4 * width, 1), nn.Conv2d(width, 4 * width, 1)
        self.out = _zero(nn.Conv2d(width, latents, 1))

    def forward(self, z_hat: Tensor) -> Tensor:
        h = F.leaky_relu(F.pixel_shuffle(self.wide(z_hat / 8), 2), 0.1)
        out: Tensor = self.out(F.leaky_relu(F.pixel_shuffle(self.wider(h), 2), 0.1))
        return out


class Tail(Grown):
    """What is added to the pixels, [n, 3, 8 h, 8 w], from features h [n, FEATURES, h, w]: blocks at half resolution."""

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        self.lift = nn.Conv2d(FEATURES, 16 * width, 1)
        self.blocks = Blocks(width, blocks)
        self.out = _zero(nn.Conv2d(width, 3 * 4, 1))

    def forward(self, h: Tensor, t: Tensor) -> Tensor:
        return F.pixel_shuffle(self.out(self.blocks(F.pixel_shuffle(self.lift(h), 4), t)), 2)


class Synthesis(nn.Module):
    """x̂ = g(ŷ, ẑ, t): ŷ float [n, latents, h, w] → x̂ float [n, 3, 16 h, 16 w], not yet clipped to 0..1."""

    def __init__(self, latents: int, hyper: int, blocks: int, tail: int, tail_blocks: int) -> None:
        super().__init__()
        self.hint = Hint(hyper, latents)
        self.coarse = Blocks(latents, blocks)
        self.split = FullConv2d(latents, 4 * FEATURES, 1)
        self.fine = Blocks(FEATURES, blocks)
        self.patch = FullConv2d(FEATURES, FEATURES, 1)
        self.tail = Tail(tail, tail_blocks)
        self.register_buffer("scale", torch.ones(latents, 1, 1))
        self.scale: Tensor

    def linear(self) -> list[nn.Parameter]:
        return [*self.split.parameters(), *self.patch.parameters()]

    def forward(self, y_hat: Tensor, z_hat: Tensor, t: Tensor) -> Tensor:
        h = self.split(self.coarse(y_hat / self.scale + self.hint(z_hat), t))
        h = self.fine(F.pixel_shuffle(h, 2), t)
        out: Tensor = F.pixel_shuffle(self.patch(h), PATCH) + self.tail(h, t)
        return out


@dataclass(frozen=True)
class Components:
    """``basis`` float64 [inputs, outputs]: orthonormal columns, strongest first; ``std`` [outputs] along them."""

    basis: Tensor
    std: Tensor

    @property
    def scale(self) -> Tensor:
        return (self.std.square() + SOFTNESS**2).sqrt()


def components(rows: Tensor, count: int) -> Components:
    """The ``count`` strongest components of float [n, inputs], about zero."""
    covariance = rows.T.double() @ rows.double() / len(rows)
    values, vectors = torch.linalg.eigh(covariance)
    return Components(vectors.flip(1)[:, :count], values.flip(0)[:count].clamp_min(0).sqrt())


@torch.no_grad()
def start(f: Analysis, g: Synthesis, x: Tensor) -> Tensor:
    """Sets f and g to the principal components of the blocks of x, [n, 3, h, w] in 0..1; returns σ of each latent."""
    patches = F.pixel_unshuffle(x - 0.5, PATCH)
    fine = components(patches.permute(0, 2, 3, 1).reshape(-1, FEATURES), FEATURES)
    features = torch.einsum("nchw,cd->ndhw", patches.double(), fine.basis).float()
    merged = F.pixel_unshuffle(features, 2)
    latents = f.merge.out_channels
    coarse = components(merged.permute(0, 2, 3, 1).reshape(-1, 4 * FEATURES), latents)

    repeated = fine.scale.repeat_interleave(4)  # pixel_unshuffle puts the four places of a channel side by side
    _set(f.patch, fine.basis.T / fine.scale[:, None], bias=-0.5 * fine.basis.sum(0) / fine.scale)
    _set(f.merge, coarse.basis.T * repeated / coarse.scale[:, None])
    _set(g.split, coarse.basis * coarse.scale / repeated[:, None])
    _set(g.patch, fine.basis * fine.scale, bias=torch.full((FEATURES,), 0.5))
    for transform in (f, g):
        transform.scale.copy_(coarse.scale[:, None, None])
    return coarse.std.float()


def _zero(layer: nn.Conv2d) -> nn.Conv2d:
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def _set(layer: nn.Conv2d, weight: Tensor, bias: Tensor | None = None) -> None:
    assert layer.bias is not None
    layer.weight.copy_(weight.reshape(layer.weight.shape))
    layer.bias.copy_(torch.zeros_like(layer.bias) if bias is None else bias)

"""The entropy model: it predicts each latent, so that a coder spends few bits on it.

A hyper-latent z, a summary of y at 1/64 of the resolution, is sent first; from it an integer network predicts a mean μ
and a scale σ of every latent (Minnen et al., 2018). Then half of the latents are sent, a checkerboard whose colours
swap with the channel's parity; from them the network corrects μ and σ of the other half (He et al., 2021). Each half is
sent in groups of channels, strongest first, and each group is corrected by those before it (He et al., 2022, "ELIC").
All that the decoder must repeat is computed in ``ExactConv``; the analysis that finds z runs in the encoder alone, and
need not be exact.
"""

import itertools
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.blocks import Grown
from training.codec.exact import ExactConv, straight_round
from training.codec.quality import Knots

HYPER_STRIDE = 4
SCALES = 64
"""How many scales σ there are; each has a frequency table."""

SMALLEST_SCALE = 0.08
OCTAVES = 0.19
"""Scale i is σ = 0.08 · 2^(0.19 i), in steps: 0.08 to 320."""

LEAST_TRAINED_INDEX = -10
"""Noise makes a latent that is always zero cost bits unless its scale may be far below a step."""

MEAN_UNIT = 8
"""Means are known to 1/8 of a step."""

INDEX_UNIT = 8
"""A network output of 1.0 is 8 scale indices, or 1.5 octaves."""

MAX_HYPER = 127
MAX_SYMBOL_SEEN = 63
"""Later passes see the symbols of earlier ones, clipped to ±63."""

LINEAR_SEEN = 32
"""How many of the strongest latents the hyper-analysis also sees undistorted: means are linear, scales logarithmic."""


@dataclass(frozen=True)
class Rate:
    """What is sent: latents ``v_hat`` float [n, latents, h, w], in steps, and ``z_hat``; and its ``bits`` [n]."""

    v_hat: Tensor
    z_hat: Tensor
    bits: Tensor


class Hyperprior(nn.Module):
    """v float [n, latents, h, w], latents in steps; h and w multiples of 4."""

    def __init__(self, groups: tuple[int, ...], hyper: int, features: int) -> None:
        """``groups``: how many channels each has, even numbers."""
        super().__init__()
        latents = sum(groups)
        self.groups = groups
        self.analysis = nn.Sequential(
            nn.Conv2d(latents + LINEAR_SEEN, features, 1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(features, features, 4, 2, 1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(features, hyper, 4, 2, 1),
        )
        self.hyper_mean, self.hyper_index = Knots(hyper), Knots(hyper)
        nn.init.constant_(self.hyper_index.values, 3.0)
        self.up = nn.ModuleList(
            [
                ExactConv(hyper, 4 * hyper, largest=MAX_HYPER, unit_in=4),
                ExactConv(hyper, hyper, 3),
                ExactConv(hyper, 4 * features),
                ExactConv(features, features, 3),
            ]
        )
        self.first = _Parameters(features, latents)
        self.seen = ExactConv(latents, features, 3, largest=MAX_SYMBOL_SEEN, unit_in=2)
        self.join = ExactConv(2 * features, features + features // 3)
        self.second = _Parameters(features + features // 3, latents)
        self.early = _refinements(features, groups)
        self.late = _refinements(features + features // 3, groups)

    def forward(self, v: Tensor, offset: Tensor, t: Tensor) -> Rate:
        """v̂, which is v rounded, with gradients passed straight through; and the bits that it costs.

        In training the bits are those of v plus uniform noise instead, which have a gradient (Ballé et al., 2017).
        ``offset`` [n, latents, 1, 1] is what the step size of the quality t [n] adds to the scale indices.
        """
        z = self.analyse(v)
        z_mean = straight_round(self.hyper_mean(t))
        rounded = _noisy if self.training else torch.round
        bits = _bits(rounded(z - z_mean), self.hyper_index(t) * INDEX_UNIT)
        z_hat = straight_round(z)
        mean, index = self._expected(v, self.expand(z_hat))
        residual = v - mean / MEAN_UNIT
        v_hat = v + (torch.round(residual) - residual).detach()
        spent = _bits(rounded(residual), straight_round(index + offset))
        return Rate(v_hat, z_hat, bits.sum((1, 2, 3)) + spent.sum((1, 2, 3)))

    def _expected(self, v: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and scale index of each latent, as it is sent: what is known by then, and no more, is counted in."""
        early = checkerboard(v)
        first = _split(torch.stack(self.expect(h)), self.groups)
        parts = list(zip(_split(v, self.groups), _split(early, self.groups), strict=True))
        known: list[Tensor] = []
        begun = []
        for (part, mask), expected, refine in zip(parts, first, (None, *self.early), strict=True):
            if refine is not None:
                expected = expected + torch.stack(refine(h, torch.cat(known, 1)))
            begun.append(expected)
            known.append(straight_round(part - expected[0] / MEAN_UNIT) * mask)
        joined, *more = self.correct(h, torch.cat(known, 1))
        seconds = _split(torch.stack(more), self.groups)
        ended = []
        for i, ((part, mask), expected, refine) in enumerate(zip(parts, first, (None, *self.late), strict=True)):
            expected = expected + seconds[i]
            if refine is not None:
                expected = expected + torch.stack(refine(joined, torch.cat(known[:i], 1)))
            ended.append(expected)
            known[i] = known[i] + straight_round(part - expected[0] / MEAN_UNIT) * ~mask
        mean, index = torch.where(early, torch.cat(begun, 2), torch.cat(ended, 2))
        return mean, index

    def analyse(self, v: Tensor) -> Tensor:
        """z, not yet rounded, [n, hyper, h/4, w/4]."""
        z: Tensor = 4 * self.analysis(torch.cat([_asinh(v), v[:, :LINEAR_SEEN] / 16], 1)).to(v.dtype)
        return z.clamp(-MAX_HYPER, MAX_HYPER)

    def expand(self, z: Tensor) -> Tensor:
        """Integers [n, features, h, w] from integers z."""
        wide, near, wider, last = self.up
        h = near(F.pixel_shuffle(wide(z), 2))
        out: Tensor = last(F.pixel_shuffle(wider(h), 2))
        return out

    def expect(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Mean in eighths of a step and scale index before its offset, integers [n, latents, h, w] each."""
        mean, index = self.first(h)
        return mean, index

    def correct(self, h: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features for the second half, and what to add to both, from the first half's ``symbols``, else zeros."""
        seen = self.seen(_within(symbols))
        joined = self.join(torch.cat([h, seen], 1))
        return joined, *self.second(joined)


class Refinement(Grown):
    """What to add to mean and scale index of a group of channels, from the symbols of ``seen`` channels before it.

    ``features`` [n, features, h, w] and ``symbols`` [n, seen, h, w], zeros where they are not known.
    """

    def __init__(self, features: int, seen: int, size: int, width: int) -> None:
        super().__init__()
        self.point = ExactConv(seen, width, largest=MAX_SYMBOL_SEEN, unit_in=2)
        self.near = ExactConv(width, width, 3, groups=width)
        self.join = ExactConv(features + width, width + width // 3)
        self.expected = _Parameters(width + width // 3, size)

    def forward(self, features: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
        near = self.near(self.point(_within(symbols)))
        mean, index = self.expected(self.join(torch.cat([features, near], 1)))
        return mean, index


def _refinements(features: int, groups: tuple[int, ...]) -> nn.ModuleList:
    """Of every group but the first."""
    starts = itertools.accumulate(groups)
    width = features // 2
    return nn.ModuleList(
        Refinement(features, seen, size, width) for seen, size in zip(starts, groups[1:], strict=False)
    )


def _split(x: Tensor, groups: tuple[int, ...]) -> tuple[Tensor, ...]:
    parts: tuple[Tensor, ...] = x.split(groups, x.dim() - 3)
    return parts


def _within(symbols: Tensor) -> Tensor:
    return symbols.clamp(-MAX_SYMBOL_SEEN, MAX_SYMBOL_SEEN)


class _Parameters(nn.Module):
    """A mean and a scale index for each latent, from integers [n, inputs, h, w]."""

    def __init__(self, inputs: int, latents: int) -> None:
        super().__init__()
        self.mean = ExactConv(inputs, latents, unit_out=MEAN_UNIT, clipped=False)
        self.index = ExactConv(inputs, latents, unit_out=INDEX_UNIT, clipped=False)
        for layer in (self.mean, self.index):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer._bias())

    def forward(self, h: Tensor) -> tuple[Tensor, Tensor]:
        return self.mean(h), self.index(h)


def checkerboard(v: Tensor) -> Tensor:
    """Which latents are sent first, bool [1, latents, h, w]: one colour of even channels, the other of odd ones."""
    channel, row, column = (torch.arange(size, device=v.device) for size in v.shape[1:])
    return ((channel[:, None, None] + row[:, None] + column) % 2 == 0)[None]


def to_index(scale: Tensor) -> Tensor:
    """The (fractional) index of a scale σ > 0."""
    return torch.log2(scale / SMALLEST_SCALE) / OCTAVES


def _asinh(v: Tensor) -> Tensor:
    """asinh v, of operators that onnxruntime has fast kernels for."""
    return v.sign() * torch.log(v.abs() + torch.sqrt(v * v + 1))


def _noisy(x: Tensor) -> Tensor:
    return x + torch.rand_like(x) - 0.5


def _bits(x: Tensor, index: Tensor) -> Tensor:
    """−log₂ of the probability that a logistic variable of scale index ``index`` falls within ½ of x."""
    scale = SMALLEST_SCALE * torch.exp2(OCTAVES * index.clamp(LEAST_TRAINED_INDEX, SCALES - 1))
    slope = math.pi / math.sqrt(3) / scale
    x = x.abs()
    probability = torch.sigmoid(slope * (0.5 - x)) - torch.sigmoid(slope * (-0.5 - x))
    return -torch.log2(probability.clamp_min(1e-9))

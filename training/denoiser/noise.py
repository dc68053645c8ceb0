"""Noise to train with: white Gaussian noise, and noise as cameras make it.

A camera's noise depends on the signal (photons are counted: variance grows with brightness), is correlated between
neighbours and colours (each pixel measures one colour, the others are interpolated), is cut to 0..255, and is often
quantised with the image by JPEG (Guo et al., 2019, "Toward convolutional blind denoising of real photographs").
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

MAX_SIGMA = 55 / 255
CLEAN_SHARE, CAMERA_SHARE, JPEG_SHARE, GRAY_SHARE = 0.05, 0.4, 0.5, 0.1
"""The shares of crops that get no noise, that get a camera's noise, of the latter that are then saved as JPEG, and of
crops that are gray."""

LOWEST_QUALITY, HIGHEST_QUALITY = 40, 98


def pairs(x: Tensor) -> tuple[Tensor, Tensor]:
    """x and x̃, some of them gray, from photos float [n, 3, h, w] in 0..1, h and w multiples of 16."""
    gray = _spread(_chosen(len(x), GRAY_SHARE, x))
    x = torch.where(gray, x.mean(1, keepdim=True), x)
    noisy = corrupt(x)
    return x, torch.where(gray, noisy[:, :1], noisy)


def corrupt(x: Tensor) -> Tensor:
    """x̃ from x, float [n, 3, h, w] in 0..1, h and w multiples of 16: each with its own kind and strength of noise."""
    n = len(x)
    sigma = MAX_SIGMA * torch.rand(n, device=x.device) * _chosen(n, 1 - CLEAN_SHARE, x)
    white = x + sigma[:, None, None, None] * torch.randn_like(x)
    white = torch.where(_spread(_chosen(n, 0.5, x)), white, eight_bits(white))
    return torch.where(_spread(_chosen(n, CAMERA_SHARE, x)), camera(x, sigma), white)


def camera(x: Tensor, sigma: Tensor) -> Tensor:
    """x with noise of standard deviation σ [n] at middle gray, as a camera might have it, in 8 bits."""
    n = len(x)
    shot, share, jpegs = torch.rand(3, n, 1, 1, 1, device=x.device)
    deviation = sigma[:, None, None, None] * torch.sqrt(1 - shot + 2 * shot * x)
    grain = _blurred(torch.randn_like(x), 1.2 * torch.rand(n, device=x.device))
    grain = grain + share * grain.mean(1, keepdim=True)
    grain = grain / torch.sqrt(1 + (2 * share + share.square()) / 3)
    noisy = eight_bits(x + deviation * grain)
    quality = LOWEST_QUALITY + (HIGHEST_QUALITY - LOWEST_QUALITY) * torch.rand(n, device=x.device)
    return torch.where(jpegs < JPEG_SHARE, jpeg(noisy, quality), noisy)


def eight_bits(x: Tensor) -> Tensor:
    """The nearest of the 256 levels of 0..1."""
    return (255 * x).round().clamp(0, 255) / 255


def _chosen(n: int, share: float, like: Tensor) -> Tensor:
    return torch.rand(n, device=like.device) < share


def _spread(chosen: Tensor) -> Tensor:
    return chosen[:, None, None, None]


def _blurred(grain: Tensor, width: Tensor) -> Tensor:
    """White noise [n, c, h, w] through a Gaussian of standard deviation ``width`` [n] in pixels, its variance kept."""
    n, c, h, w = grain.shape
    places = torch.arange(-2, 3, device=grain.device).square()
    line = torch.exp(-0.5 * places / (width[:, None].square() + 1e-3))
    kernel = line[:, :, None] * line[:, None, :]
    kernel = kernel / kernel.square().sum((1, 2), keepdim=True).sqrt()
    padded = F.pad(grain, (2, 2, 2, 2), mode="circular").reshape(1, n * c, h + 4, w + 4)
    return F.conv2d(padded, kernel.repeat_interleave(c, 0)[:, None], groups=n * c).reshape(n, c, h, w)


def _table(rows: str) -> Tensor:
    return torch.tensor([float(value) for value in rows.split()])


LUMA = _table("""
    16 11 10 16 24 40 51 61    12 12 14 19 26 58 60 55    14 13 16 24 40 57 69 56    14 17 22 29 51 87 80 62
    18 22 37 56 68 109 103 77  24 35 55 64 81 104 113 92  49 64 78 87 103 121 120 101  72 92 95 98 112 100 103 99""")
CHROMA = _table("""
    17 18 24 47 99 99 99 99  18 21 26 66 99 99 99 99  24 26 56 99 99 99 99 99  47 66 99 99 99 99 99 99
    99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99  99 99 99 99 99 99 99 99""")
"""The steps of the 8×8 coefficients at quality 50 (ITU T.81, annex K)."""

TO_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
"""JFIF 1.02; chroma about zero."""


def jpeg(x: Tensor, quality: Tensor) -> Tensor:
    """x float [n, 3, h, w] in 0..1, h and w multiples of 16, as 4:2:0 JPEG files of a quality [n] in 1..100 show it."""
    to_ycc = TO_YCC.to(x.device)
    ycc = torch.einsum("dc,nchw->ndhw", to_ycc, 255 * x)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[:, None]
    luma, chroma = (((table.to(x.device) * scale + 50) / 100).floor().clamp(1, 255) for table in (LUMA, CHROMA))
    y = _quantised(ycc[:, :1] - 128, luma) + 128
    colours = F.interpolate(_quantised(F.avg_pool2d(ycc[:, 1:], 2), chroma), scale_factor=2, mode="bilinear")
    shown = torch.einsum("dc,nchw->ndhw", torch.linalg.inv(to_ycc), torch.cat([y, colours], 1))
    return eight_bits(shown / 255)


def _quantised(planes: Tensor, steps: Tensor) -> Tensor:
    """Planes [n, c, h, w] with the coefficients of their 8×8 blocks at multiples of ``steps`` [n, 64]."""
    k = torch.arange(8, device=planes.device)
    cosines = (
        torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * torch.where(k == 0, math.sqrt(1 / 8), 0.5)[:, None]
    )
    basis = torch.kron(cosines, cosines)
    blocks = F.pixel_unshuffle(planes, 8).unflatten(1, (-1, 64))
    steps = steps[:, None, :, None, None]
    coefficients = torch.einsum("fp,ncpij->ncfij", basis, blocks)
    coefficients = (coefficients / steps).round() * steps
    return F.pixel_shuffle(torch.einsum("fp,ncfij->ncpij", basis, coefficients).flatten(1, 2), 8)

"""The tables of the bitstream: how finely each number of a latent is rounded, and how often it takes each value.

A rounding error e in z_i costs about e² G_ii, with G = E[∇g(z)ᵀ ∇g(z)] the decoder's mean metric, and rounding to a
step Δ gives E[e²] = Δ²/12. Steps that cost the same in each number, Δ_i ∝ G_ii^(−1/2), spend bits best at high rates
(Gersho & Gray, 1992, ch. 8).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.bitstream.tables import MAX_BINS, LatentTables, bins_per_cell
from hourglass.models.installed import DEFAULT_QUALITY
from hourglass.models.runtime import Array
from training.autoencoders import Autoencoder
from training.autoencoders.base import PIXELS

ADDED_ERROR = 0.08
"""At the default quality, rounding adds this share to the model's own mean squared error."""

PROBED = 256
NUDGE = 0.02
SPREAD = 0.05


def make_tables(model: Autoencoder, z: Array, error: float) -> LatentTables:
    """Tables for latents ``z`` float32 [n, size] of the training set, reconstructed at a mean squared ``error``."""
    metric = decoder_metric(model, torch.from_numpy(z[:PROBED]))
    allowed = ADDED_ERROR * error * PIXELS / z.shape[1]
    default_step = np.sqrt(12 * allowed / np.maximum(metric, 1e-12))
    spread = np.ptp(z, axis=0) + 1e-6
    step = np.clip(default_step / bins_per_cell(DEFAULT_QUALITY), 2 * spread / MAX_BINS, spread).astype(np.float32)
    fine = np.rint(z.astype(np.float64) / step).astype(np.int64)
    first, last = fine.min(axis=0), fine.max(axis=0)
    counts = np.zeros((z.shape[1], int((last - first).max()) + 1), np.uint16)
    for i in range(z.shape[1]):
        histogram = np.bincount(fine[:, i] - first[i])
        counts[i, : len(histogram)] = to_frequencies(histogram)
    return LatentTables(step, first.astype(np.int32), counts)


@torch.no_grad()
def decoder_metric(model: Autoencoder, z: Tensor) -> NDArray[np.float64]:
    """The diagonal of G, [size]: what a small change of each number costs in ‖x̂‖², by central differences."""
    nudges = NUDGE * z.std(0).clamp_min(1e-6)
    costs = []
    for i, nudge in enumerate(nudges):
        change = torch.zeros_like(nudges)
        change[i] = nudge
        difference = model.decode(z + change) - model.decode(z - change)
        costs.append(float(difference.flatten(1).square().sum(1).mean() / (2 * nudge) ** 2))
    return np.array(costs)


def to_frequencies(histogram: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Integers ≥ 1 that sum to at most 2¹⁶, in proportion to a histogram.

    A little of it is spread over the neighbourhood: new images fall into gaps that the training set left, and no value
    must be impossible.
    """
    bins = len(histogram)
    width = max(1, bins // 16)
    kernel = np.bartlett(2 * width + 3)
    spread = np.convolve(histogram, kernel / kernel.sum(), mode="full")[width + 1 :][:bins]
    mixed = (1 - SPREAD) * histogram + SPREAD * spread
    spare = (1 << FREQUENCY_BITS) - 1 - bins
    return np.asarray(1 + np.floor(mixed / mixed.sum() * spare), np.uint16)

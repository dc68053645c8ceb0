"""The codec's tables: the learned curves' values at each of the 100 qualities, and how often each symbol occurs."""

import math

import numpy as np
import torch
from numpy.typing import NDArray

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.bitstream.scales import SCALES, ScaleTables
from hourglass.models.codec.latents import EntropyModel
from hourglass.models.codec.tables import QUALITIES, CodecTables
from hourglass.models.runtime import Array
from hourglass.models.work import finish
from training.codec.codec import PhotoCodec
from training.codec.hyperprior import INDEX_UNIT, OCTAVES, SMALLEST_SCALE
from training.codec.quality import trade_off

REACHES = 6
"""A table reaches to ±(6σ + 2)."""

CAUTION = 2.0
"""How often the error of rounding a latent towards zero counts: twice, as it also spoils the prediction of the latent's
neighbours. On held-out photos this saves 1.9 % of the bits at equal PSNR; counting it once saves less."""

PRIOR_COUNT = 300.0
"""How many counted symbols the assumed distribution weighs as much as."""

Counts = NDArray[np.float64]
"""[64, 2 · LARGEST + 1]: row i, column LARGEST + s is how often symbol s occurred at scale i."""

LARGEST = 2047


@torch.no_grad()
def make_tables(codec: PhotoCodec, counts: Counts | None = None) -> CodecTables:
    """The tables of a codec. Without ``counts``, frequencies are those of the distribution it was trained with."""
    t = torch.linspace(0, 1, QUALITIES)
    step = codec.step(t).flatten(1)
    index = (codec.prior.hyper_index(t) * INDEX_UNIT).round().clamp(0, SCALES - 1)
    return CodecTables(
        scales=ScaleTables(_frequencies(counts)),
        offset=codec.index_offset(t).flatten(1).clamp(-128, 127).numpy().astype(np.int8),
        hyper_index=index.flatten(1).numpy().astype(np.uint8),
        hyper_mean=codec.prior.hyper_mean(t).round().clamp(-128, 127).flatten(1).numpy().astype(np.int8),
        penalty=(CAUTION * trade_off(t)[:, None] * step.square() / 3).numpy(),
    )


class Counter:
    """Stands in for a SymbolWriter, and counts the symbols instead of writing them."""

    def __init__(self) -> None:
        self.counts: Counts = np.zeros((SCALES, 2 * LARGEST + 1))

    def write(self, symbols: NDArray[np.int32], index: NDArray[np.uint8]) -> None:
        places = index * np.int64(self.counts.shape[1]) + np.clip(symbols, -LARGEST, LARGEST) + LARGEST
        self.counts += np.bincount(places, minlength=self.counts.size).reshape(self.counts.shape)


def count(model: EntropyModel, latents: list[tuple[Array, Array, int]]) -> Counts:
    """How often each symbol is chosen, for ``latents``: v, z and the quality (1..100) of each image."""
    counter = Counter()
    for v, z, quality in latents:
        finish(model.coding(counter, v, z, quality))
    return counter.counts


def _frequencies(counts: Counts | None) -> NDArray[np.uint16]:
    reaches = [min(LARGEST // 2, math.ceil(REACHES * _scale(i)) + 2) for i in range(SCALES)]
    rows = np.zeros((SCALES, 2 * max(reaches) + 2), np.uint16)
    for i, reach in enumerate(reaches):
        expected = PRIOR_COUNT * _logistic(_scale(i))
        found = expected if counts is None else expected + 0.5 * (counts[i] + counts[i, ::-1])
        inner = found[LARGEST - reach : LARGEST + reach + 1]
        outer = max(0.0, found.sum() - inner.sum())
        rows[i, : 2 * reach + 2] = _to_frequencies(np.array([outer, *inner]))
    return rows


def _scale(index: int) -> float:
    return float(SMALLEST_SCALE * 2 ** (OCTAVES * index))


def _logistic(scale: float) -> Counts:
    """P(s) for −LARGEST ≤ s ≤ LARGEST of a rounded logistic variable of standard deviation ``scale``."""
    slope = math.pi / math.sqrt(3) / scale
    edges = np.arange(-LARGEST, LARGEST + 2) - 0.5
    cumulative = 0.5 * (1 + np.tanh(slope * edges / 2))
    return np.asarray(np.diff(cumulative))


def _to_frequencies(weights: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Integers ≥ 1 that sum to at most 2¹⁶ − 1, in proportion to the weights."""
    spare = (1 << FREQUENCY_BITS) - 1 - len(weights)
    return np.asarray(1 + np.floor(weights / weights.sum() * spare), np.uint16)

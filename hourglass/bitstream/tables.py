"""Quantisation and entropy tables of a model with a latent vector: the integers that ship with it.

Each latent number z_i has a fine step δ_i and a histogram of round(z_i / δ_i) over the training set. A quality gathers
an odd number of neighbouring fine bins into one cell; the frequency of a cell is the exact integer sum of its bins, so
a hundred qualities need one table. A cell is decoded to the mean of its bins (the centroid condition of Lloyd, 1982).
"""

import io
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hourglass.bitstream.arrays import read_arrays
from hourglass.bitstream.entropy import FREQUENCY_BITS, Frequencies
from hourglass.errors import BadBitstream, BrokenModel

MAX_BINS = 4096
COARSENESS = 121
SMALLEST_ALPHABET = 2
"""constriction codes no alphabet of one symbol; a second, of frequency 0, stands beside it."""


def bins_per_cell(quality: int) -> int:
    """How many fine bins make a cell: odd, 1 at quality 100, 11 at quality 50, 115 at quality 1."""
    exact = float(COARSENESS ** ((100 - quality) / 100))
    return 2 * round((exact - 1) / 2) + 1


class LatentTables:
    """``step`` float32 [size]; ``first`` int32 [size], the fine index of the first bin; ``counts`` uint16 [size, bins].

    A row of ``counts`` sums to 2¹⁶ at most; a zero ends the alphabet of its latent number, bins within it are ≥ 1.
    """

    def __init__(self, step: NDArray[np.float32], first: NDArray[np.int32], counts: NDArray[np.uint16]) -> None:
        self.step, self.first, self.counts = step, first, counts
        self.last = first + np.count_nonzero(counts, axis=1).astype(np.int32) - 1
        self._cells = lru_cache(maxsize=2)(self._make_cells)  # megabytes each, for a wide z

    @classmethod
    def read(cls, data: bytes, size: int) -> Self:
        """Parses a tables file (npz). Raises BrokenModel if it is not one for ``size`` latent numbers."""
        try:
            arrays = read_arrays(data)
            step, first, counts = arrays["step"], arrays["first"], arrays["counts"]
        except KeyError as error:
            raise BrokenModel(f"entropy tables cannot be read: {error} is missing") from error
        sound = (
            step.shape == first.shape == (size,)
            and counts.ndim == 2
            and counts.shape[0] == size
            and 1 <= counts.shape[1] <= MAX_BINS
            and [each.dtype for each in (step, first, counts)] == [np.float32, np.int32, np.uint16]
            and bool(((step > 0) & np.isfinite(step)).all())
            and bool(((first > -1 << 20) & (first < 1 << 20)).all())
            and bool((counts[:, 0] > 0).all())
            and bool((counts.sum(axis=1, dtype=np.int64) <= 1 << FREQUENCY_BITS).all())
            and bool((np.diff((counts > 0).astype(np.int8), axis=1) <= 0).all())
        )
        if not sound:
            raise BrokenModel(f"entropy tables are not of {size} latent numbers, or hold impossible values")
        return cls(step, first, counts)

    def write(self) -> bytes:
        """The tables file that ``read`` takes."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, step=self.step, first=self.first, counts=self.counts)
        return buffer.getvalue()

    def quantise(self, z: NDArray[np.float32], quality: int) -> NDArray[np.int32]:
        """Symbols [size], each ≥ 0, of the latent ``z`` [size]; numbers beyond the tables go to the nearest cell."""
        cell = bins_per_cell(quality)
        steps = np.nan_to_num(np.rint(z.astype(np.float64) / self.step), nan=0.0)
        fine = np.clip(steps, self.first, self.last).astype(np.int32)
        return np.asarray((fine + cell // 2) // cell - (self.first + cell // 2) // cell, np.int32)

    def frequencies(self, quality: int) -> Frequencies:
        """The integer frequencies [size, alphabet] of the symbols at a quality."""
        return self._cells(quality)[0]

    def dequantise(self, symbols: NDArray[np.int32], quality: int) -> NDArray[np.float32]:
        """The latent [size] that ``symbols`` stand for. Raises BadBitstream for a symbol outside its alphabet."""
        frequencies, centroids = self._cells(quality)
        chosen = np.take_along_axis(frequencies, symbols[:, None], axis=1)
        if not chosen.all():
            raise BadBitstream("a coded symbol is outside its alphabet")
        return np.take_along_axis(centroids, symbols[:, None], axis=1)[:, 0]

    def _make_cells(self, quality: int) -> tuple[Frequencies, NDArray[np.float32]]:
        cell = bins_per_cell(quality)
        bins = np.arange(self.counts.shape[1])
        fine = self.first[:, None] + bins
        symbol = (fine + cell // 2) // cell - (self.first[:, None] + cell // 2) // cell
        size, alphabet = len(self.first), max(SMALLEST_ALPHABET, int(symbol.max()) + 1)
        place = (np.arange(size)[:, None] * alphabet + symbol).ravel()

        def gather(weights: NDArray[Any]) -> NDArray[Any]:  # sums of integers, exact below 2⁵³
            return np.bincount(place, weights.ravel(), size * alphabet).reshape(size, alphabet)

        frequencies = gather(self.counts).astype(np.uint32)
        moments = gather(self.counts * fine.astype(np.int64))
        means = moments / np.maximum(frequencies, 1) * self.step[:, None]
        used = max(SMALLEST_ALPHABET, int(np.count_nonzero(frequencies, axis=1).max()))
        return frequencies[:, :used], means[:, :used].astype(np.float32)

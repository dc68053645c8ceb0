"""Coding many symbols by few tables: each symbol names the scale it is expected to have, each scale has a table.

A table holds integer frequencies of −reach..reach, found by counting; what lies beyond is escaped: its excess follows
in binary. Symbols of one table are coded in one go, which takes a tenth of the time of coding them one by one.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self

import constriction
import numpy as np
from numpy.typing import NDArray

from hourglass.bitstream.entropy import FREQUENCY_BITS
from hourglass.errors import BadBitstream, BrokenModel

SCALES = 64
MAX_REACH = 1023
EXCESS_BITS = 15
"""An escaped symbol is at most 2¹⁵ beyond its table's reach; latents are held in int16."""

SPARE_BITS = 512
"""By which a string may be shorter than its symbols' information: zeros at its end are left out, if there are any."""

Symbols = NDArray[np.int32]
Index = NDArray[np.uint8]

_EXCESS = constriction.stream.model.Uniform(1 << EXCESS_BITS)
_SIGN = constriction.stream.model.Uniform(2)


class ScaleTables:
    """``counts`` uint16 [64, columns]: the escape's frequency, then those of −reach..reach; zeros pad a row.

    Scale 0 is of latents that are always 0: they are not coded.
    """

    def __init__(self, counts: NDArray[np.uint16]) -> None:
        self.counts = counts
        self.reach = (np.count_nonzero(counts, axis=1) - 2) // 2
        self.models = [_model(row[: 2 * reach + 2]) for row, reach in zip(counts, self.reach, strict=True)]

    @classmethod
    def read(cls, file: dict[str, NDArray[Any]]) -> Self:
        """From the arrays of a tables file. Raises BrokenModel if they hold no sound tables."""
        counts = file.get("counts", np.zeros(0))
        sound = (
            counts.dtype == np.uint16
            and counts.ndim == 2
            and counts.shape[0] == SCALES
            and 4 <= counts.shape[1] <= 2 * MAX_REACH + 2
            and bool((counts.sum(axis=1, dtype=np.int64) <= 1 << FREQUENCY_BITS).all())
            and bool((np.diff((counts > 0).astype(np.int8), axis=1) <= 0).all())
            and bool((np.count_nonzero(counts, axis=1) % 2 == 0).all())
            and bool((np.count_nonzero(counts, axis=1) >= 4).all())
        )
        if not sound:
            raise BrokenModel(f"the entropy tables are not of {SCALES} scales, or hold impossible values")
        return cls(counts)

    @cached_property
    def costs(self) -> NDArray[np.float32]:
        """What a symbol costs, in bits: float32 [64, 2 · columns]; column ``columns + s`` is of symbol s."""
        columns = self.counts.shape[1]
        bits = np.full((SCALES, 2 * columns), FREQUENCY_BITS + EXCESS_BITS + 1, np.float32)
        for row, reach in enumerate(self.reach):
            found = self.counts[row, 1 : 2 * reach + 2].astype(np.float64)
            bits[row, columns - reach : columns + reach + 1] = -np.log2(found / self.counts[row].sum())
        bits[0] = 1e6
        bits[0, columns] = 0
        return bits

    @cached_property
    def least(self) -> NDArray[np.float64]:
        """What a symbol costs at least, in bits, by scale; a hundredth less, as the coder rounds its frequencies."""
        shares = self.counts.max(axis=1) / self.counts.sum(axis=1)
        return np.asarray(np.where(np.arange(SCALES) > 0, -0.99 * np.log2(shares), 0.0))


class SymbolWriter:
    """Gathers symbols into one range-coded string of bytes."""

    def __init__(self, tables: ScaleTables) -> None:
        self._tables = tables
        self._coder = constriction.stream.queue.RangeEncoder()

    def write(self, symbols: Symbols, index: Index) -> None:
        """Appends symbols [n] of scales ``index`` [n]. Those of scale 0 must be 0."""
        for scale, places in _by_scale(index):
            chosen, reach = symbols[places], int(self._tables.reach[scale])
            escaped = np.abs(chosen) > reach
            coded = np.where(escaped, 0, chosen + (reach + 1)).astype(np.int32)
            self._coder.encode(coded, self._tables.models[scale])
            if escaped.any():
                beyond = chosen[escaped]
                self._coder.encode((beyond < 0).astype(np.int32), _SIGN)
                self._coder.encode((np.abs(beyond) - reach - 1).astype(np.int32), _EXCESS)

    def finish(self) -> bytes:
        """All that was written. Zeros at the end are left out: a reader finds them there anyway."""
        words: NDArray[np.uint32] = self._coder.get_compressed()
        return words.astype(">u4").tobytes().rstrip(b"\0")


class SymbolReader:
    """Reads back what a SymbolWriter wrote, asked in the same order for the same scales."""

    def __init__(self, tables: ScaleTables, data: bytes) -> None:
        self._tables = tables
        words = np.frombuffer(data + bytes(-len(data) % 4), ">u4").astype(np.uint32)
        self._coder = constriction.stream.queue.RangeDecoder(words)
        self._bits = 8.0 * len(data) + SPARE_BITS
        """What may still come."""

    def read(self, index: Index) -> Symbols:
        """The next symbols [n], of scales ``index`` [n].

        Raises BadBitstream where none can have been written: so many take more bytes than there are, whatever they are.
        """
        symbols = np.zeros(len(index), np.int32)
        try:
            for scale, places in _by_scale(index):
                reach = int(self._tables.reach[scale])
                self._spend(len(places) * self._tables.least[scale])
                coded = self._coder.decode(self._tables.models[scale], len(places))
                chosen = coded - (reach + 1)
                escaped = np.flatnonzero(coded == 0)
                if len(escaped):
                    self._spend(len(escaped) * (1 + EXCESS_BITS))
                    negative = self._coder.decode(_SIGN, len(escaped))
                    beyond = self._coder.decode(_EXCESS, len(escaped)) + reach + 1
                    chosen[escaped] = np.where(negative, -beyond, beyond)
                symbols[places] = chosen
        except (AssertionError, ValueError) as error:
            raise BadBitstream("the coded symbols cannot be decoded") from error
        return symbols

    def _spend(self, bits: float) -> None:
        self._bits -= bits
        if self._bits < 0:
            raise BadBitstream("the file is too short for an image of its size")


def _by_scale(index: Index) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each scale from 1 on that occurs, with its places in order."""
    order = np.argsort(index, kind="stable")
    ends = np.cumsum(np.bincount(index, minlength=SCALES))
    for scale in range(1, SCALES):
        if ends[scale] > ends[scale - 1]:
            yield scale, order[ends[scale - 1] : ends[scale]]


def _model(counts: NDArray[np.uint16]) -> constriction.stream.model.Categorical:
    probabilities = counts.astype(np.float32) / np.float32(1 << FREQUENCY_BITS)
    return constriction.stream.model.Categorical(probabilities, lazy=False, perfect=False)

"""Latents ↔ bytes: an entropy model of integers, the same on every machine, says what each latent should be.

First z, the hyper-latent; then half of the latents, a checkerboard whose colours swap with the channel's parity, by
what z says of them; then the other half, by z and the first half (He et al., 2021). A latent v̂ is held in eighths of a
step: v̂ = μ + 8 s, with μ from the model and s the symbol that is coded.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hourglass.bitstream.scales import SCALES, SymbolReader
from hourglass.models.codec.checkerboard import Half
from hourglass.models.codec.tables import CodecTables
from hourglass.models.runtime import Array, Session
from hourglass.models.tiles import Tile, tiles
from hourglass.models.work import Work

UNIT = 8
"""A step of a latent, in the unit that v̂ and μ are held in."""

HYPER = 4
"""Latents to a hyper-latent, each way."""

HALO = 4
"""What the networks see around a tile, in latents: the expansion 3, the correction 1 more."""

TILE = 96
LARGEST_MEAN, LARGEST_SYMBOL, LARGEST_SEEN, LARGEST_HYPER = 16384, 2047, 63, 127

Latents = NDArray[np.int16]
"""v̂ [channels, height, width], in eighths of a step."""

Hyper = NDArray[np.int8]
"""ẑ [hyper channels, height / 4, width / 4]."""

Integers = NDArray[np.int32]
Scales = NDArray[np.uint8]


class Writer(Protocol):
    """What takes the symbols: a SymbolWriter, or who counts them."""

    def write(self, symbols: Integers, index: Scales) -> None: ...


class EntropyModel:
    """The integer networks: ``expand`` maps ẑ to features, means and indices; ``correct`` adds to these.

    All arrays are float32 that hold integers; sums in the graphs stay below 2²⁴, where float32 is exact.
    """

    def __init__(self, expand: Session, correct: Session, tables: CodecTables) -> None:
        self.expand, self.correct, self.tables = expand, correct, tables

    def coding(self, writer: Writer, v: Array, z: Array, quality: int) -> Work[tuple[Latents, Hyper]]:
        """Writes latents v float32 [channels, height, width], in steps, and z; returns v̂ and ẑ as decoded."""
        row = quality - 1
        hyper_mean, scale = self.tables.hyper_mean[row, :, None, None], self.tables.hyper_index[row]
        rounded = np.clip(np.rint(np.nan_to_num(z)), -LARGEST_HYPER, LARGEST_HYPER).astype(np.int32)
        symbols = np.where(scale[:, None, None] > 0, rounded - hyper_mean, 0)
        z_hat = (symbols + hyper_mean).astype(np.int8)
        writer.write(symbols.ravel(), np.repeat(scale, z[0].size))
        v_hat, seen = np.zeros(v.shape, np.int16), np.zeros(v.shape, np.int8)
        choose = _Chooser(self.tables, quality)
        for place, half, mean, index in self._passes(z_hat, seen, quality):
            yield None
            chosen = choose(half.of(place.of(v)), mean, index, half, place)
            writer.write(chosen, index)
            half.put(place.of(v_hat), mean + UNIT * chosen)
            if not half.odd:
                half.put(place.of(seen), np.clip(chosen, -LARGEST_SEEN, LARGEST_SEEN))
        return v_hat, z_hat

    def decoding(self, data: bytes, height: int, width: int, quality: int) -> Work[tuple[Latents, Hyper]]:
        """v̂ and ẑ that ``coding`` gave, for a grid of latents. Raises BadBitstream if no such can have been coded."""
        reader = SymbolReader(self.tables.scales, data)
        row = quality - 1
        hyper_mean, scale = self.tables.hyper_mean[row, :, None, None], self.tables.hyper_index[row]
        shape = len(scale), height // HYPER, width // HYPER
        symbols = reader.read(np.repeat(scale, shape[1] * shape[2])).reshape(shape)
        z_hat = np.clip(symbols + hyper_mean, -LARGEST_HYPER, LARGEST_HYPER).astype(np.int8)
        v_hat = np.zeros((self.tables.offset.shape[1], height, width), np.int16)
        seen = np.zeros(v_hat.shape, np.int8)
        for place, half, mean, index in self._passes(z_hat, seen, quality):
            yield None
            chosen = np.clip(reader.read(index), -LARGEST_SYMBOL, LARGEST_SYMBOL)
            half.put(place.of(v_hat), mean + UNIT * chosen)
            if not half.odd:
                half.put(place.of(seen), np.clip(chosen, -LARGEST_SEEN, LARGEST_SEEN))
        return v_hat, z_hat

    def _passes(
        self, z_hat: Hyper, seen: NDArray[np.int8], quality: int
    ) -> Iterator[tuple[Tile, Half, Integers, Scales]]:
        """Each tile, which half of its latents is coded now, their means and their scales [n]; all tiles twice.

        ``seen`` [channels, height, width] is to hold the first half's symbols when the second begins, and else zeros.
        """
        height, width = seen.shape[1:]
        expand = lru_cache(maxsize=1)(lambda place: self._expand(place, z_hat))
        offset = np.broadcast_to(self.tables.offset[quality - 1, :, None, None], seen.shape)
        for half in (Half(odd=False), Half(odd=True)):
            for place in tiles(height, width, TILE, HYPER):
                outer = place.grown(HALO)
                features, *expected = expand(outer)
                means, indices = (half.of(place.within(outer, part)) for part in expected)
                if half.odd:
                    more = self.correct(features[None], outer.of(seen)[None].astype(np.float32))
                    more_means, more_indices = (half.of(place.within(outer, part[0])) for part in more)
                    means, indices = means + more_means, indices + more_indices
                mean = np.clip(means, -LARGEST_MEAN, LARGEST_MEAN).astype(np.int32)
                yield place, half, mean, np.clip(indices + half.of(place.of(offset)), 0, SCALES - 1).astype(np.uint8)

    def _expand(self, place: Tile, z_hat: Hyper) -> tuple[Array, Array, Array]:
        coarse = place.scaled(down=HYPER)
        features, mean, index = self.expand(coarse.of(z_hat)[None].astype(np.float32))
        return features[0], mean[0], index[0]


class _Chooser:
    """Picks each latent's symbol: the nearest, or the next towards 0 where that is worth its error.

    min over s of bits(s) + w (v − μ − s)², with w what a squared error is worth (Sullivan & Wiegand, 1998).
    """

    def __init__(self, tables: CodecTables, quality: int) -> None:
        self._costs, self._penalty = tables.scales.costs, tables.penalty[quality - 1, :, None, None]
        self._zero = self._costs.shape[1] // 2

    def __call__(self, v: Array, mean: Integers, index: Scales, half: Half, place: Tile) -> Integers:
        residual = np.nan_to_num(v) - mean.astype(np.float32) / UNIT
        nearest = np.clip(np.rint(residual), -LARGEST_SYMBOL, LARGEST_SYMBOL).astype(np.int32)
        nearest[index == 0] = 0
        some = np.flatnonzero(nearest)
        far, scale, left = nearest[some], index[some], residual[some]
        near = far - np.sign(far)
        worth = half.of(np.broadcast_to(self._penalty, (len(self._penalty), *place.size)))[some]
        saved = self._bits(scale, far) - self._bits(scale, near)
        lost = worth * ((left - near) ** 2 - (left - far) ** 2)
        nearest[some] = np.where(saved > lost, near, far)
        return nearest

    def _bits(self, scale: Scales, symbol: Integers) -> Array:
        column = np.clip(symbol + self._zero, 0, self._costs.shape[1] - 1)
        return np.asarray(self._costs[scale, column], np.float32)

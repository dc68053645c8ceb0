"""Latents ↔ bytes: an entropy model of integers, the same on every machine, says what each latent should be.

First z, the hyper-latent; then half of the latents, a checkerboard whose colours swap with the channel's parity, by
what z says of them; then the other half, by z and the first half (He et al., 2021). Each half comes in groups of
channels, and later groups are told better by what earlier ones hold (He et al., 2022, "ELIC"). A latent v̂ is held in
eighths of a step: v̂ = μ + 8 s, with μ from the model and s the symbol that is coded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, Protocol

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


@dataclass(frozen=True, slots=True)
class Networks:
    """The integer networks. Arrays are float32 that hold integers; sums stay below 2²⁴, where float32 is exact.

    ``expand`` maps ẑ to features, means and indices; ``correct`` maps features and the first half's symbols to other
    features, and to what to add to both. ``early`` and ``late`` hold, for each group of channels but the first, what
    maps features and the symbols of the groups before to what to add of that group; both are empty for a single group.
    """

    expand: Session
    correct: Session
    early: Sequence[Session] = ()
    late: Sequence[Session] = ()

    def __iter__(self) -> Iterator[Session]:
        yield from (self.expand, self.correct, *self.early, *self.late)


@dataclass(frozen=True, slots=True)
class Pass:
    """What is coded in one go: a ``half`` of a group of ``channels`` in a tile; means [n] and scales ``index`` [n]."""

    place: Tile
    channels: slice
    half: Half
    mean: Integers
    index: Scales

    def of(self, whole: NDArray[Any]) -> NDArray[Any]:
        """Its part [n] of [all channels, height, width]: a copy."""
        return self.half.of(self.place.of(whole)[self.channels])


class EntropyModel:
    """What ``networks`` expect of latents whose channels come in ``groups`` of these sizes, all of them even."""

    def __init__(self, networks: Networks, tables: CodecTables, groups: Sequence[int] = ()) -> None:
        self.networks, self.tables = networks, tables
        ends = list(accumulate(groups or (tables.offset.shape[1],)))
        self._groups = [slice(start, end) for start, end in zip((0, *ends), ends, strict=False)]

    def coding(self, writer: Writer, v: Array, z: Array, quality: int) -> Work[tuple[Latents, Hyper]]:
        """Writes latents v float32 [channels, height, width], in steps, and z; returns v̂ and ẑ as decoded."""
        row = quality - 1
        hyper_mean, scale = self.tables.hyper_mean[row, :, None, None], self.tables.hyper_index[row]
        rounded = np.clip(np.rint(np.nan_to_num(z)), -LARGEST_HYPER, LARGEST_HYPER).astype(np.int32)
        symbols = np.where(scale[:, None, None] > 0, rounded - hyper_mean, 0)
        z_hat = (symbols + hyper_mean).astype(np.int8)
        writer.write(symbols.ravel(), np.repeat(scale, z[0].size))
        choose = _Chooser(self.tables, quality)

        def written(part: Pass) -> Integers:
            chosen = choose(part, v)
            writer.write(chosen, part.index)
            return chosen

        return (yield from self._all_passes(z_hat, v.shape[1:], quality, written)), z_hat

    def decoding(self, data: bytes, height: int, width: int, quality: int) -> Work[tuple[Latents, Hyper]]:
        """v̂ and ẑ that ``coding`` gave, for a grid of latents. Raises BadBitstream if no such can have been coded."""
        reader = SymbolReader(self.tables.scales, data)
        row = quality - 1
        hyper_mean, scale = self.tables.hyper_mean[row, :, None, None], self.tables.hyper_index[row]
        shape = len(scale), height // HYPER, width // HYPER
        symbols = reader.read(np.repeat(scale, shape[1] * shape[2])).reshape(shape)
        z_hat = np.clip(symbols + hyper_mean, -LARGEST_HYPER, LARGEST_HYPER).astype(np.int8)

        def found(part: Pass) -> Integers:
            return np.clip(reader.read(part.index), -LARGEST_SYMBOL, LARGEST_SYMBOL)

        return (yield from self._all_passes(z_hat, (height, width), quality, found)), z_hat

    def _all_passes(
        self, z_hat: Hyper, size: tuple[int, int], quality: int, code: Callable[[Pass], Integers]
    ) -> Work[Latents]:
        """v̂ of a grid of latents: ``code`` gives the symbols [n] of each pass, which is a step.

        All tiles' first halves come before all second ones, so these see the first half around their tile, too.
        """
        offset = np.broadcast_to(self.tables.offset[quality - 1, :, None, None], (self.tables.offset.shape[1], *size))
        v_hat, first = np.zeros(offset.shape, np.int16), np.zeros(offset.shape, np.int8)
        expand = lru_cache(maxsize=1)(lambda place: self._expand(place, z_hat))
        for half in (Half(odd=False), Half(odd=True)):
            for place in tiles(*size, TILE, HYPER):
                expected = self._expect(place, half, expand, first)
                seen = place.of(first).copy() if half.odd else place.of(first)
                refinements = self.networks.late if half.odd else self.networks.early
                for channels, refine in zip(self._groups, (None, *refinements), strict=True):
                    yield None
                    features, *both = expected
                    mean, index = (half.of(part[channels]) for part in both)
                    if refine:
                        more = refine(features[None], seen[None, : channels.start].astype(np.float32))
                        more_mean, more_index = (half.of(part[0]) for part in more)
                        mean, index = mean + more_mean, index + more_index
                    mean = np.clip(mean, -LARGEST_MEAN, LARGEST_MEAN).astype(np.int32)
                    index = index + half.of(place.of(offset)[channels])
                    symbols = code(Pass(place, channels, half, mean, np.clip(index, 0, SCALES - 1).astype(np.uint8)))
                    half.put(place.of(v_hat)[channels], mean + UNIT * symbols)
                    half.put(seen[channels], np.clip(symbols, -LARGEST_SEEN, LARGEST_SEEN))
        return v_hat

    def _expect(
        self, place: Tile, half: Half, expand: Callable[[Tile], list[Array]], first: NDArray[np.int8]
    ) -> list[Array]:
        """Features, means and indices of a tile before any refinement; of its odd half by the ``first`` one, too."""
        outer = place.grown(HALO)
        features, mean, index = expand(outer)
        if half.odd:
            *others, more_mean, more_index = self.networks.correct(
                features[None], outer.of(first)[None].astype(np.float32)
            )
            mean, index = mean + more_mean[0], index + more_index[0]
            features = others[0][0] if others else features
        return [place.within(outer, part) for part in (features, mean, index)]

    def _expand(self, place: Tile, z_hat: Hyper) -> list[Array]:
        coarse = place.scaled(down=HYPER)
        return [part[0] for part in self.networks.expand(coarse.of(z_hat)[None].astype(np.float32))]


class _Chooser:
    """Picks each latent's symbol: the nearest, or the next towards 0 where that is worth its error.

    min over s of bits(s) + w (v − μ − s)², with w what a squared error is worth (Sullivan & Wiegand, 1998).
    """

    def __init__(self, tables: CodecTables, quality: int) -> None:
        self._costs, self._penalty = tables.scales.costs, tables.penalty[quality - 1, :, None, None]
        self._zero = self._costs.shape[1] // 2

    def __call__(self, part: Pass, v: Array) -> Integers:
        residual: Array = np.nan_to_num(part.of(v)) - part.mean.astype(np.float32) / UNIT
        nearest = np.clip(np.rint(residual), -LARGEST_SYMBOL, LARGEST_SYMBOL).astype(np.int32)
        nearest[part.index == 0] = 0
        some = np.flatnonzero(nearest)
        far, scale, left = nearest[some], part.index[some], residual[some]
        near = far - np.sign(far)
        worth = part.of(np.broadcast_to(self._penalty, v.shape))[some]
        saved = self._bits(scale, far) - self._bits(scale, near)
        lost = worth * ((left - near) ** 2 - (left - far) ** 2)
        nearest[some] = np.where(saved > lost, near, far)
        return nearest

    def _bits(self, scale: Scales, symbol: Integers) -> Array:
        column = np.clip(symbol + self._zero, 0, self._costs.shape[1] - 1)
        return np.asarray(self._costs[scale, column], np.float32)

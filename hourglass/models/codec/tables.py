"""What ships with a codec beside its graphs: integers, a row for each quality, and the frequency tables."""

import io
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hourglass.bitstream.arrays import read_arrays
from hourglass.bitstream.scales import SCALES, ScaleTables
from hourglass.errors import BrokenModel

QUALITIES = 100


@dataclass(frozen=True, slots=True)
class CodecTables:
    """Row q−1 of each array is of quality q.

    ``offset`` int8 [100, latents]: added to the scale indices. ``hyper_index`` uint8 and ``hyper_mean`` int8
    [100, hyper channels]: the scale and the mean of each channel of z. ``penalty`` float32 [100, latents]: what a
    squared error of one step is worth, in bits; only the encoder needs it.
    """

    scales: ScaleTables
    offset: NDArray[np.int8]
    hyper_index: NDArray[np.uint8]
    hyper_mean: NDArray[np.int8]
    penalty: NDArray[np.float32]

    @classmethod
    def read(cls, data: bytes, latents: int, hyper: int) -> Self:
        """Parses a tables file (npz). Raises BrokenModel if it is not one for so many channels."""
        file = read_arrays(data)
        expected: dict[str, tuple[Any, int]] = {
            "offset": (np.int8, latents),
            "hyper_index": (np.uint8, hyper),
            "hyper_mean": (np.int8, hyper),
            "penalty": (np.float32, latents),
        }
        for name, (dtype, channels) in expected.items():
            array = file.get(name, np.zeros(0))
            if array.shape != (QUALITIES, channels) or array.dtype != dtype:
                raise BrokenModel(f"the entropy tables' {name} is not {QUALITIES} rows of {channels} numbers")
        possible = (
            file["hyper_index"].max() < SCALES
            and file["hyper_mean"].min() > -128  # ẑ is within ±127
            and (file["penalty"] > 0).all()
            and np.isfinite(file["penalty"]).all()
        )
        if not possible:
            raise BrokenModel("the entropy tables hold impossible values")
        return cls(ScaleTables.read(file), *(file[name] for name in expected))

    def write(self) -> bytes:
        """The tables file that ``read`` takes."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "scales"}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, counts=self.scales.counts, **arrays)
        return buffer.getvalue()

"""The two halves of the latents: a checkerboard whose colours swap with the channel's parity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Half:
    """The positions of [channels, rows, columns], all even, where channel + row + column is even, or where it is odd.

    Their order: even channels before odd ones, within these even rows before odd ones.
    """

    odd: bool

    def of(self, whole: NDArray[Any]) -> NDArray[Any]:
        """The half, [n]: a copy."""
        return np.stack(list(self._quarters(whole))).ravel()

    def put(self, whole: NDArray[Any], values: NDArray[Any]) -> None:
        """Sets the half to ``values`` [n], as ``of`` orders them."""
        channels, rows, columns = whole.shape
        quarters = values.reshape(4, channels // 2, rows // 2, columns // 2)
        for quarter, value in zip(self._quarters(whole), quarters, strict=True):
            quarter[:] = value

    def _quarters(self, whole: NDArray[Any]) -> Iterator[NDArray[Any]]:
        for channel in (0, 1):
            for row in (0, 1):
                yield whole[channel::2, row::2, (channel + row + self.odd) % 2 :: 2]

"""How the values of an image stand for light, where it has no ICC profile: its primaries and its transfer function."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Primaries = tuple[float, float, float, float, float, float, float, float]
"""CIE 1931 x and y of white, red, green and blue."""

Transfer = float | Literal["sRGB", "PQ", "HLG"]
"""A number is an exponent: light = value to its power."""

_D65 = (0.3127, 0.3290)
SRGB: Primaries = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
DISPLAY_P3: Primaries = (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
REC_2020: Primaries = (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)

_PRIMARIES: dict[int, Primaries] = {
    1: SRGB,
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: REC_2020,
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: DISPLAY_P3,
    22: (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
"""ITU-T H.273, table 2."""

_TRANSFERS: dict[int, Transfer] = {
    **dict.fromkeys((1, 6, 7, 11, 12, 13, 14, 15), "sRGB"),
    4: 2.2,
    5: 2.8,
    8: 1.0,
    16: "PQ",
    17: 2.6,
    18: "HLG",
}
"""ITU-T H.273, table 3. The cameras' curves of BT.709 and its like are shown as sRGB is, as browsers do."""

UNSPECIFIED = 2
_NEARLY = 0.0015
"""How far primaries may be off and still be the same: files round them."""

_EXPONENTS = 0.1, 10.0
"""Beyond these a gamma makes no sense."""


@dataclass(frozen=True, slots=True)
class Coding:
    primaries: Primaries = SRGB
    transfer: Transfer = "sRGB"

    @property
    def plain(self) -> bool:
        """Whether it is sRGB, or what everything shows as such."""
        return self.transfer in {"sRGB", 2.2} and self.like(SRGB)

    @property
    def hdr(self) -> bool:
        return self.transfer in {"PQ", "HLG"}

    def like(self, primaries: Primaries) -> bool:
        """Whether its primaries are these."""
        return bool(np.abs(np.subtract(self.primaries, primaries)).max() < _NEARLY)


def of_code_points(primaries: int, transfer: int) -> Coding | None:
    """The coding that ITU-T H.273 has these code points for; what is unspecified is as in sRGB. None if not known."""
    colors = SRGB if primaries == UNSPECIFIED else _PRIMARIES.get(primaries)
    curve = "sRGB" if transfer == UNSPECIFIED else _TRANSFERS.get(transfer)
    return Coding(colors, curve) if colors and curve else None


def of_measures(gamma: int | None, chromaticities: tuple[int, ...] | None) -> Coding | None:
    """The coding of PNG's gAMA and cHRM, in 1/100000; what is None is as in sRGB. None if they make no sense."""
    exponent = 100_000 / gamma if gamma else 2.2
    colors = SRGB if chromaticities is None else tuple(each / 100_000 for each in chromaticities)
    transfer: Transfer = "sRGB" if abs(exponent - 2.2) < 0.01 else exponent
    if gamma == 0 or not _EXPONENTS[0] <= exponent <= _EXPONENTS[1] or len(colors) != 8:
        return None
    return Coding(colors, transfer) if _spans(colors) else None


def _spans(primaries: Primaries) -> bool:
    """Whether three colors with these primaries make others, and white among them."""
    x, y = np.array(primaries[::2]), np.array(primaries[1::2])
    if (y <= 0).any() or max(x.max(), y.max()) > 2 or abs(np.linalg.det(_columns(primaries))) < 1e-4:
        return False
    return bool(np.isfinite(to_xyz(primaries)).all())


def to_xyz(primaries: Primaries) -> NDArray[np.float64]:
    """The matrix [3, 3] from linear RGB to XYZ, in which white (1, 1, 1) has Y = 1."""
    columns = _columns(primaries)
    return np.asarray(columns * np.linalg.solve(columns, white_point(primaries)))


def white_point(primaries: Primaries) -> NDArray[np.float64]:
    """XYZ of white, Y = 1."""
    x, y = primaries[:2]
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _columns(primaries: Primaries) -> NDArray[np.float64]:
    x, y = np.array(primaries[2::2]), np.array(primaries[3::2])
    return np.stack([x / y, np.ones(3), (1 - x - y) / y])

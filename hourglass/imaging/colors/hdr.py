"""High dynamic range → sRGB: light as a display of 203 cd/m² for white shows it, brighter light rolled off.

Values become light by SMPTE ST 2084 (PQ) or BT.2100's HLG on a display of 1000 cd/m²; BT.2408 puts white at 203 cd/m²,
which is 1 here. Up to 0.8 light stays as it is; above, the brightest channel m becomes
0.8 + 0.2 (1 − e^(−(m − 0.8) / 0.2)), and the others keep their share of it, so that hues stay.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from hourglass.imaging.colors.coding import SRGB, Coding, to_xyz

Light = NDArray[np.float64]
"""[..., 3], linear; 1 is white."""

WHITE = 203.0
"""cd/m² (BT.2408)."""

KNEE = 0.8
_PEAK, _SYSTEM_GAMMA = 1000.0, 1.2
"""Of the display that HLG is told for (BT.2100, table 5)."""

_GRID = 65
"""Points along each axis of the table; what lies between is interpolated."""


def to_srgb(image: Image.Image, coding: Coding) -> Image.Image:
    """An image of mode L or RGB, in PQ or HLG, as sRGB of the same mode."""
    if image.mode == "L":
        levels = np.repeat(np.arange(256)[:, None] / 255, 3, axis=1)
        return image.point((_shown(levels, coding)[:, 1] * 255).round().astype(int).tolist())
    return image.filter(_table(coding))


@lru_cache(maxsize=4)
def _table(coding: Coding) -> ImageFilter.Color3DLUT:
    axis = np.linspace(0, 1, _GRID)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # red changes fastest
    shown = _shown(np.stack([red, green, blue], axis=-1), coding)
    return ImageFilter.Color3DLUT(_GRID, shown.ravel().tolist())


def _shown(values: Light, coding: Coding) -> Light:
    """The sRGB values, 0..1, that show coded values, 0..1."""
    light = _pq(values) if coding.transfer == "PQ" else _hlg(values, coding)
    matrix = np.linalg.solve(to_xyz(SRGB), to_xyz(coding.primaries))
    return _encoded(_rolled_off(np.maximum(light @ matrix.T, 0)))


def _pq(values: Light) -> Light:
    """SMPTE ST 2084."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = values ** (1 / m2)
    return np.asarray(10_000 / WHITE * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def _hlg(values: Light, coding: Coding) -> Light:
    """BT.2100: the inverse of the camera's curve, and the display's gamma on luminance."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    scene = np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)
    luminance = scene @ to_xyz(coding.primaries)[1]
    return np.asarray(_PEAK / WHITE * np.maximum(luminance, 1e-9)[..., None] ** (_SYSTEM_GAMMA - 1) * scene)


def _rolled_off(light: Light) -> Light:
    brightest = np.maximum(light.max(axis=-1, keepdims=True), 1e-9)
    rest = 1 - KNEE
    mapped = np.where(brightest > KNEE, KNEE + rest * (1 - np.exp(-(brightest - KNEE) / rest)), brightest)
    return np.asarray(light * (mapped / brightest))


def _encoded(light: Light) -> Light:
    """sRGB (IEC 61966-2-1)."""
    curve = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.clip(np.where(light <= 0.0031308, 12.92 * light, curve), 0, 1))

"""Rate-distortion curves, and how far one lies from another."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from bjontegaard import bd_rate as bjontegaard_rate
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from benchmarks.compression.results import Sample

Floats = NDArray[np.float64]
POINTS = 200


@dataclass(frozen=True)
class Curve:
    """The mean of all images at each point: bits per pixel, PSNR in dB, MS-SSIM in 0..1."""

    bpp: list[float]
    psnr_db: list[float]
    ms_ssim: list[float]


@dataclass(frozen=True)
class Saving:
    """``percent`` more bits, or fewer where negative, over the PSNR from ``low`` to ``high`` dB."""

    percent: float
    low: float
    high: float


def by_quality(samples: Iterable[Sample]) -> dict[str, dict[int, list[Sample]]]:
    """The samples of all images, by contender and quality, in the order they were measured."""
    points: dict[str, dict[int, list[Sample]]] = {}
    for sample in samples:
        points.setdefault(sample.contender, {}).setdefault(sample.quality, []).append(sample)
    return points


def mean_curves(samples: Iterable[Sample]) -> dict[str, Curve]:
    """The curve of each contender."""
    return {
        name: Curve(
            [fmean(each.bpp for each in point) for point in qualities.values()],
            [fmean(each.psnr_db for each in point) for point in qualities.values()],
            [fmean(each.ms_ssim for each in point) for point in qualities.values()],
        )
        for name, qualities in by_quality(samples).items()
    }


def read_published(path: Path) -> dict[str, Curve]:
    """Curves of a JSON file, ``{"curves": {NAME: {"bpp": [...], "psnr_rgb_db": [...], "ms_ssim": [...]}}}``.

    Raises ValueError if it is not one, OSError if it cannot be read.
    """
    try:
        curves = json.loads(path.read_text(encoding="utf-8"))["curves"]
        return {name: Curve(each["bpp"], each["psnr_rgb_db"], each["ms_ssim"]) for name, each in curves.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} has no published curves: {error!r}") from error


def bd_rate(curve: Curve, anchor: Curve) -> Saving | None:
    """The bits that ``curve`` takes beside ``anchor`` at equal PSNR, or None where no PSNR is common to both.

    The mean over the common PSNR of the difference in log rate, each curve interpolated by piecewise cubic Hermite
    polynomials. Bjøntegaard: Calculation of average PSNR differences between RD-curves, VCEG-M33, 2001.
    """
    low, high = _common(curve, anchor)
    if low >= high:
        return None
    points = *_by_psnr(anchor), *_by_psnr(curve)
    percent = bjontegaard_rate(*points, method="pchip", require_matching_points=False, min_overlap=0)
    return Saving(float(percent), low, high)


def extra_bits(curve: Curve, anchor: Curve) -> tuple[Floats, Floats]:
    """What ``bd_rate`` is the mean of: PSNR that is common to both, and there the percentage of bits more or fewer."""
    low, high = _common(curve, anchor)
    psnr_db = np.linspace(low, high, POINTS if low < high else 0)
    return psnr_db, 100 * np.expm1(_log_rate(curve, psnr_db) - _log_rate(anchor, psnr_db))


def _common(curve: Curve, anchor: Curve) -> tuple[float, float]:
    """The least and the greatest PSNR that both reach."""
    return max(min(curve.psnr_db), min(anchor.psnr_db)), min(max(curve.psnr_db), max(anchor.psnr_db))


def _log_rate(curve: Curve, psnr_db: Floats) -> Floats:
    bpp, known = _by_psnr(curve)
    return np.asarray(PchipInterpolator(known, np.log(bpp))(psnr_db))


def _by_psnr(curve: Curve) -> tuple[list[float], list[float]]:
    points = sorted(zip(curve.psnr_db, curve.bpp, strict=True))
    return [bpp for _, bpp in points], [psnr_db for psnr_db, _ in points]

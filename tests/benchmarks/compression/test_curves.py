"""Rate-distortion curves, and the bits between them."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.compression.curves import Curve, bd_rate, extra_bits, mean_curves, read_published
from benchmarks.compression.results import Sample

CURVE = Curve([0.1, 0.25, 0.6, 1.4, 3.0], [26, 29.5, 33, 37, 41.5], [0.86, 0.93, 0.97, 0.988, 0.996])


def at_rates(factor: float) -> Curve:
    return dataclasses.replace(CURVE, bpp=[factor * bpp for bpp in CURVE.bpp])


def sample(image: str, quality: int, size: int, psnr_db: float, contender: str = "JPEG") -> Sample:
    return Sample(image, contender, quality, 800, size, psnr_db, 0.9 + psnr_db / 1000, [3.0], [1.0])


@pytest.mark.parametrize(("factor", "percent"), [(1, 0), (2, 100), (0.5, -50)])
def test_bd_rate_of_a_curve_moved_in_rate(factor: float, percent: float) -> None:
    saving = bd_rate(at_rates(factor), CURVE)
    assert saving is not None
    assert saving.percent == pytest.approx(percent, abs=1e-9)
    assert (saving.low, saving.high) == (26, 41.5)


def test_bd_rate_is_taken_over_the_common_psnr() -> None:
    low = Curve(CURVE.bpp[:3], CURVE.psnr_db[:3], CURVE.ms_ssim[:3])
    saving = bd_rate(low, at_rates(2))
    assert saving is not None
    assert (saving.low, saving.high) == (26, 33)
    assert saving.percent == pytest.approx(-50, abs=2)


def test_curves_without_common_psnr_have_no_bd_rate() -> None:
    far = dataclasses.replace(CURVE, psnr_db=[psnr + 20 for psnr in CURVE.psnr_db])
    assert bd_rate(far, CURVE) is None
    assert extra_bits(far, CURVE)[0].size == 0


def test_bd_rate_does_not_ask_for_an_order() -> None:
    backwards = Curve(CURVE.bpp[::-1], CURVE.psnr_db[::-1], CURVE.ms_ssim[::-1])
    assert bd_rate(backwards, at_rates(2)) == bd_rate(CURVE, at_rates(2))


def test_bd_rate_is_the_mean_of_the_extra_bits() -> None:
    steeper = dataclasses.replace(CURVE, bpp=[0.08, 0.22, 0.62, 1.6, 3.9])
    psnr_db, percent = extra_bits(steeper, CURVE)
    saving = bd_rate(steeper, CURVE)
    assert saving is not None
    assert (psnr_db[0], psnr_db[-1]) == (26, 41.5)
    np.testing.assert_allclose(percent[[0, -1]], [-20, 30])
    mean_log = np.trapezoid(np.log1p(percent / 100), psnr_db) / np.ptp(psnr_db)
    assert saving.percent == pytest.approx(100 * np.expm1(mean_log), abs=0.01)


def test_a_point_of_a_curve_is_the_mean_over_the_images() -> None:
    samples = [sample("a", 10, 50, 25), sample("a", 90, 200, 40), sample("b", 10, 100, 28), sample("b", 90, 300, 44)]
    curves = mean_curves([*samples, sample("a", 1, 10, 20, "WebP")])
    assert list(curves) == ["JPEG", "WebP"]
    assert curves["JPEG"].bpp == pytest.approx([0.75, 2.5])
    assert curves["JPEG"].psnr_db == pytest.approx([26.5, 42])
    assert curves["JPEG"].ms_ssim == pytest.approx([0.9265, 0.942])


def test_published_curves_are_read(tmp_path: Path) -> None:
    path = tmp_path / "published.json"
    points = {"bpp": CURVE.bpp, "psnr_rgb_db": CURVE.psnr_db, "ms_ssim": CURVE.ms_ssim}
    path.write_text(json.dumps({"what": "an example", "curves": {"VTM": points}}))
    assert read_published(path) == {"VTM": CURVE}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"curves": []}', '{"curves": {"VTM": {"bpp": [1]}}}'])
def test_file_without_published_curves_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "published.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"published\.json has no published curves"):
        read_published(path)

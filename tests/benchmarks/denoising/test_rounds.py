"""Every image with every noise by every denoiser."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.denoising import rounds
from benchmarks.denoising.contender import Contender, Median, Untouched
from benchmarks.denoising.fidelity import LEAST_SIDE
from benchmarks.denoising.noise import GAUSSIAN, NOISES, Floats
from benchmarks.denoising.rounds import measure, steps

NOISE_NAMES = [noise.name for noise in NOISES]


def test_every_image_is_measured_with_each_noise_by_each_contender(photo: Floats, tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        Image.fromarray(photo.astype(np.uint8)).save(path)
    few: tuple[Contender, ...] = (Median(), Untouched())
    samples = list(measure(paths, few))
    assert len(samples) == steps(paths, few)
    places = [(each.image, each.noise, each.contender) for each in samples]
    assert places == [(path.name, noise, each.name) for path in paths for noise in NOISE_NAMES for each in few]
    for sample in samples:
        assert 10 < sample.psnr_db < 40
        assert 0 < sample.ssim < 1
        assert sample.ms >= 0
    again = list(measure(paths, few))
    assert [(each.psnr_db, each.ssim) for each in again] == [(each.psnr_db, each.ssim) for each in samples]


def test_least_photograph_is_cleaned_and_judged(
    contenders: dict[str, Contender], photo: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "NOISES", GAUSSIAN[:1])  # BM3D takes seconds for an image of any size
    path = tmp_path / "least.png"
    Image.fromarray(photo[:LEAST_SIDE, :LEAST_SIDE].astype(np.uint8)).save(path)
    samples = list(measure([path], list(contenders.values())))
    assert {each.contender for each in samples} == set(contenders)
    assert np.isfinite([(each.psnr_db, each.ssim) for each in samples]).all()

"""Figures of the bundled denoiser, on a photo that is held out."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import FIXTURES
from tests.training.conftest import bundled, held_out_folder
from training.denoiser.evaluate import SIGMAS, evaluate_denoiser


def test_figures_are_of_known_noise_taken_away(tmp_path: Path) -> None:
    with Image.open(FIXTURES / "photos" / "kitten.webp") as image:
        photo = np.asarray(image.convert("RGB"))[:100, :130]
    folder = bundled("photo-denoiser", tmp_path)
    metrics = evaluate_denoiser(tmp_path / "models", held_out_folder(tmp_path, photo))
    assert json.loads((folder / "manifest.json").read_text())["metrics"] == metrics
    noises = [*(f"sigma_{sigma}" for sigma in SIGMAS), "camera_25"]
    assert metrics.keys() == {f"{what}_{noise}" for what in ("psnr", "estimate") for noise in noises}
    for sigma in SIGMAS[1:]:
        noisy = 20 * np.log10(255 / sigma)
        assert metrics[f"psnr_sigma_{sigma}"] > noisy + 3
        assert metrics[f"estimate_sigma_{sigma}"] == pytest.approx(sigma, rel=0.15)
    assert metrics["psnr_sigma_0"] > 40 > metrics["psnr_sigma_15"] > metrics["psnr_sigma_25"] > metrics["psnr_sigma_50"]
    assert metrics["estimate_sigma_0"] < 6

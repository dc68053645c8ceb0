"""Figures of the bundled codec, on a photo that is held out."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hourglass.imaging.fidelity import psnr
from hourglass.models.codec import Codec
from tests.conftest import FIXTURES
from tests.training.conftest import bundled, held_out_folder
from training.codec.evaluate import QUALITIES, evaluate_codec


def test_figures_are_those_of_files_that_are_decoded_again(tmp_path: Path) -> None:
    with Image.open(FIXTURES / "photos" / "kitten.webp") as image:
        photo = np.asarray(image.convert("RGB"))[:96, :128]
    images = held_out_folder(tmp_path, photo)
    folder = bundled("photo-codec", tmp_path)
    metrics = evaluate_codec(tmp_path / "models", images)
    assert json.loads((folder / "manifest.json").read_text())["metrics"] == metrics
    assert metrics.keys() == {f"{what}_at_{quality}" for what in ("bpp", "psnr") for quality in QUALITIES}
    for what in ("bpp", "psnr"):
        curve = [metrics[f"{what}_at_{quality}"] for quality in QUALITIES]
        assert curve == sorted(curve)

    codec = Codec.open(folder, "cpu")
    coded = codec.encode(photo, 50)
    assert metrics["bpp_at_50"] == pytest.approx(8 * len(coded) / (96 * 128), abs=1e-4)
    assert metrics["psnr_at_50"] == pytest.approx(psnr(photo, codec.decode(coded).pixels, peak=255), abs=1e-4)

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hourglass.models.files import read_manifest, write_manifest
from tests.conftest import MODELS
from training.autoencoders import NAMES
from training.report.page import write_report

pytestmark = pytest.mark.usefixtures("small_data")


def pictures(docs: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (docs / "pictures").iterdir()}


def test_the_page_shows_every_picture_and_names_what_is_missing(tmp_path: Path) -> None:
    page = write_report(MODELS, tmp_path).read_text(encoding="utf-8")
    drawn = pictures(tmp_path)
    assert set(re.findall(r"\]\(pictures/([^)]+)\)", page)) == set(drawn)
    assert sum(map(len, drawn.values())) < 2_000_000
    for name in drawn:
        with Image.open(tmp_path / "pictures" / name) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 200, f"{name} is nearly blank"
            assert not image.info.keys() & {"Software", "Creation Time", "date"}
    missing = set(re.findall(r"`([a-z-]+)`", page.partition("Not installed")[2].partition("\n\n")[0]))
    assert missing == {name for name in NAMES if not (MODELS / name).exists()}


def test_a_second_run_changes_no_byte(few_models: Path, tmp_path: Path) -> None:
    pages = [write_report(few_models, tmp_path / run).read_bytes() for run in ("first", "second")]
    assert pages[0] == pages[1]
    assert pictures(tmp_path / "first") == pictures(tmp_path / "second")


def test_figures_come_from_the_manifest(tmp_path: Path) -> None:
    installed, folder = MODELS / "fashion-denoising", tmp_path / "models" / "fashion-denoising"
    folder.mkdir(parents=True)
    for file in installed.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "manifest.json").unlink()
    metrics = {"mse": 0.0123456, "active_share": 0.5, "noise_0.5_gain_db": 7.96, "noise_0.5_psnr_db": 17.04}
    manifest = read_manifest(installed)
    origin = manifest.origin.model_copy(update={"seconds": 600.0, "steps": 4321})
    write_manifest(folder, manifest.model_copy(update={"metrics": metrics, "origin": origin}))
    page = write_report(tmp_path / "models", tmp_path).read_text(encoding="utf-8")
    assert "| denoising | 128 | 0.01235 | – | – | – | 50.0% | – | – | – | +7.96 | – | – | – |" in page
    assert "| fashion-denoising | – | – | +7.96 (17.0) | – | – | – | – |" in page
    assert "Fashion-MNIST, denoising: ≥ 8 dB gain at σ = 0.5 | 7.96 dB | **missed** |" in page
    assert "| fashion-denoising | 4,321 | 600 | 0 |" in page
    assert "In all 10 minutes" in page
    assert set(pictures(tmp_path)) == {"reconstructions-fashion.png", "denoising.png"}

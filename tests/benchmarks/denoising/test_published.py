"""Figures that others have published."""

from pathlib import Path

import pytest

from benchmarks.denoising.noise import NOISES
from benchmarks.denoising.published import BUNDLED, read_published


def test_bundled_published_figures_are_of_noises_that_are_measured() -> None:
    published = read_published(BUNDLED)
    assert published.psnr_db["CBM3D"] == {"σ = 15": 33.52, "σ = 25": 30.71, "σ = 50": 27.38}
    assert published.methods.keys() == published.psnr_db.keys()
    names = {noise.name for noise in NOISES}
    for figures in published.psnr_db.values():
        assert set(figures) <= names


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"what": "", "psnr_db": {"A": {"σ = 15": 30}}, "methods": {}}'])
def test_file_without_published_figures_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "published.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"published\.json has no published figures"):
        read_published(path)

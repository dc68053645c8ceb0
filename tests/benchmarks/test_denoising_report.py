"""From stored samples to the page, and the command that makes it."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks.denoising.__main__ import app
from benchmarks.denoising.noise import NOISES
from benchmarks.denoising.published import BUNDLED, Published, read_published
from benchmarks.denoising.report import write_report
from benchmarks.denoising.results import Cut, Results, Sample
from benchmarks.machine import Machine
from benchmarks.results import read_results, write_results

PUBLISHED = Published("an example", {"Other": {"σ = 15": 34.5, "σ = 50": 28.25}}, {"Other": "Someone, 2020"})
SHEETS = ("sigma-25", "sigma-50", "camera", "strengths", "real")


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    folder = tmp_path / "pieces"
    folder.mkdir()
    Image.new("RGB", (40, 30), "teal").save(folder / "part.png")
    return folder


@pytest.fixture
def results() -> Results:
    samples = [
        Sample(image, noise.name, contender, psnr, psnr / 40, ms)
        for image, psnr, ms in (("a", 30.0, 4.0), ("b", 32.0, 9.0))
        for noise in NOISES
        for contender in ("Hourglass", "Median")
    ]
    cuts = [Cut(sheet, row, label, "part.png") for sheet in SHEETS for row in "ab" for label in ("original", "Median")]
    return Results(Machine.here(("numpy",)), "2 of `some`", {"Median": "as it comes"}, samples, cuts)


def test_page_has_every_contender_with_its_fidelity_and_its_time(
    results: Results, pieces: Path, tmp_path: Path
) -> None:
    text = write_report(results, PUBLISHED, pieces, tmp_path).read_text(encoding="utf-8")
    assert "2 of `some`" in text
    assert "| contender | σ = 15 | σ = 25 | σ = 50 | Poisson-Gaussian | ms an image |" in text
    for name in ("Hourglass", "Median"):
        assert f"| {name} |{' 31.00 / 0.7750 |' * 4} 6.5 (4.0–9.0) |" in text
    assert "| Other, published | 34.50 | – | 28.25 | – | – |" in text
    assert "| Median | as it comes |" in text
    assert "| Other | Someone, 2020 |" in text
    for sheet in SHEETS:
        assert f"(images/denoising-{sheet}.png)" in text
        assert (tmp_path / "images" / f"denoising-{sheet}.png").read_bytes().startswith(b"\x89PNG")


def test_page_is_made_without_cuts_and_with_noises_missing(results: Results, pieces: Path, tmp_path: Path) -> None:
    results.samples = [each for each in results.samples if each.noise == "σ = 25"]
    results.cuts = []
    text = write_report(results, PUBLISHED, pieces, tmp_path).read_text(encoding="utf-8")
    assert "| Median | – | 31.00 / 0.7750 | – | – | 6.5 (4.0–9.0) |" in text
    assert "Side by side" not in text


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results)
    assert read_results(tmp_path / "results.json", Results) == results


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


def test_report_is_drawn_again_from_what_was_stored(results: Results, pieces: Path, inside: Path) -> None:
    (inside / ".bench").mkdir()
    write_results(inside / ".bench" / "denoising.json", results)
    pieces.rename(inside / ".bench" / "denoising")
    done = CliRunner().invoke(app, ["report", "--out", "pages"])
    assert done.exit_code == 0
    assert (inside / "pages" / "denoising.md").exists()
    assert (inside / "pages" / "images" / "denoising-camera.png").exists()

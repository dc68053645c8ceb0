"""The page of a run."""

from pathlib import Path

from benchmarks.denoising import report
from benchmarks.denoising.published import Published
from benchmarks.denoising.report import write_report
from benchmarks.denoising.results import Results
from tests.benchmarks.pages import assert_worded

PUBLISHED = Published("an example", {"Other": {"σ = 15": 34.5, "σ = 50": 28.25}}, {"Other": "Someone, 2020"})

SHEETS = ("sigma-25", "sigma-50", "camera", "strengths", "real")


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


def test_page_in_docs_has_the_same_words() -> None:
    assert_worded(
        "denoising.md",
        report.FIGURES_SAY,
        report.HEAD,
        report.HOW,
        report.PARTS_SAY,
        report.PUBLISHED_SAY,
        report.REAL_SAYS,
        report.STRENGTHS_SAY,
    )

"""The page of a run."""

from pathlib import Path

from benchmarks.compression import report
from benchmarks.compression.curves import Curve
from benchmarks.compression.report import write_report
from benchmarks.compression.results import Results
from tests.benchmarks.pages import assert_worded

LADDER = {10: (0.25, 28.0), 50: (1.0, 34.0), 90: (2.5, 40.0)}


def test_page_has_every_codec_with_its_bits_its_fidelity_and_its_times(
    results: Results, pieces: Path, tmp_path: Path
) -> None:
    text = write_report(results, {}, pieces, tmp_path).read_text(encoding="utf-8")
    assert "2 of `some`" in text
    assert "| Hourglass | – | – | -50.0 % | 28.0–40.0 |" in text
    assert "| JPEG | -75.0 % | 28.0–40.0 | +100.0 % | 28.0–40.0 |" in text
    assert "| AVIF | -50.0 % | 28.0–40.0 | – | – |" in text
    assert "| 0.5 | JPEG | 10 | 0.500 | 28.00 | 0.5600 | 6.0 (4.0–9.0) | 2.0 |" in text
    assert "| JPEG | as it comes |" in text
    for picture in ("compression", "compression-a"):
        assert f"(images/{picture}.png)" in text
        assert (tmp_path / "images" / f"{picture}.png").read_bytes().startswith(b"\x89PNG")


def test_published_curves_stand_beside_what_was_measured(results: Results, pieces: Path, tmp_path: Path) -> None:
    bpp, psnr_db = zip(*LADDER.values(), strict=True)
    published = {"VTM": Curve([0.8 * each for each in bpp], list(psnr_db), [0.9, 0.97, 0.99])}
    plain = write_report(results, {}, pieces, tmp_path / "plain").read_text(encoding="utf-8")
    text = write_report(results, published, pieces, tmp_path / "both").read_text(encoding="utf-8")
    assert "| VTM, published | -37.5 % | 28.0–40.0 | -20.0 % | 28.0–40.0 |" in text
    assert "ublished" not in plain
    pictures = [(tmp_path / each / "images" / "compression.png").read_bytes() for each in ("plain", "both")]
    assert pictures[0] != pictures[1]


def test_page_is_made_without_hourglass_and_without_cuts(results: Results, pieces: Path, tmp_path: Path) -> None:
    results.samples = [each for each in results.samples if each.contender == "JPEG"]
    results.cuts = []
    text = write_report(results, {}, pieces, tmp_path).read_text(encoding="utf-8")
    assert "| JPEG | – | – | – | – |" in text
    assert "At equal bytes" not in text


def test_page_in_docs_has_the_same_words() -> None:
    assert_worded(
        "compression.md",
        report.CROPS_SAY,
        report.HEAD,
        report.HOW,
        report.PUBLISHED_SAYS,
        report.RATES_SAY,
        report.SAVINGS_SAY,
    )

"""The page of a run."""

from pathlib import Path

from benchmarks.anomaly import report
from benchmarks.anomaly.report import write_report
from benchmarks.anomaly.results import Results
from tests.benchmarks.pages import assert_worded

CONTENDERS = ("Hourglass", "PCA of pixels")


def test_page_has_every_contender_on_all_data(results: Results, picture: Path, tmp_path: Path) -> None:
    text = write_report(results, picture, tmp_path / "docs").read_text(encoding="utf-8")
    assert "| contender | MNIST | Fashion-MNIST |" in text
    for name in CONTENDERS:
        assert f"| {name} | 94.5 (90.0) | 94.5 (90.0) |" in text
    assert "| Fashion-MNIST | Hourglass | PCA of pixels |" in text
    assert "| ankle boot | 99.0 | 99.0 |" in text
    assert f"| Hourglass |{' 97.5 |' * 6} 88.0 | 50.0 | 75.0 |" in text
    assert f"| PCA of pixels |{' 97.5 |' * 6} – | 50.0 | 75.0 |" in text
    assert "blowhole (7)" in text
    assert "The tiles of 19 of the 20 good images" in text
    assert "| black | 1 of 1 | 1 of 1 |" in text
    assert "| Hourglass | 1.5 | 3.0 (2.0–7.0) | 1.5 | 3.0 (2.0–7.0) | 20.0 | 12.0 |" in text
    assert "| by tile | 81 | 19 | 0 | 30 | `def456` |" in text
    assert "| Hourglass | as it comes |" in text
    assert "(images/anomaly-tiles.png)" in text
    assert "welcomed to use" in text
    assert (tmp_path / "docs" / "images" / "anomaly-tiles.png").read_bytes() == picture.read_bytes()


def test_page_without_tiles_says_so(results: Results, tmp_path: Path) -> None:
    results = Results(results.machine, results.settings, results.classes)
    text = write_report(results, tmp_path / "missing.png", tmp_path).read_text(encoding="utf-8")
    assert "This run had no magnetic tiles" in text
    assert "Strange" not in text
    assert "PatchCore, published" not in text
    assert ".png" not in text


def test_page_in_docs_has_the_same_words() -> None:
    assert_worded(
        "anomaly-results.md",
        report.CLASSES_SAY,
        report.EACH_SAYS,
        report.HEAD,
        report.HOW,
        report.LICENCE,
        report.PICTURE_SAYS,
        report.PUBLISHED_SAY,
        report.STRANGE_SAYS,
        report.TILES_SAY,
        report.TIMES_SAY,
    )

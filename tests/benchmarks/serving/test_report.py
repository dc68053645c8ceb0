"""The page of a run."""

from pathlib import Path

from benchmarks.serving import report
from benchmarks.serving.report import write_report
from benchmarks.serving.results import Results
from tests.benchmarks.pages import assert_worded


def test_page_has_every_contender_and_says_who_is_missing(results: Results, tmp_path: Path) -> None:
    text = write_report(results, tmp_path).read_text(encoding="utf-8")
    assert "| mosec | 501 (500–502) |" in text
    assert "| Hourglass | 98.0 (97.0–99.0) |" in text
    assert "- BentoML: not installed" in text
    assert "| HTTP | 75.0% |" in text
    assert (tmp_path / "pictures" / "performance.png").read_bytes().startswith(b"\x89PNG")


def test_page_in_docs_has_the_same_words() -> None:
    assert_worded(
        "performance.md", report.CODE_SAYS, report.HEAD, report.HOW, report.PHOTO_MODEL, report.STAGES_SAY, report.WHY
    )

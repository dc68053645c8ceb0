"""Published figures beside those measured."""

from pathlib import Path

from benchmarks.anomaly.published import PUBLISHED
from benchmarks.anomaly.report import TITLES, write_report
from benchmarks.anomaly.results import Results


def test_published_figures_stand_beside(results: Results, picture: Path, tmp_path: Path) -> None:
    text = write_report(results, picture, tmp_path).read_text(encoding="utf-8")
    assert "| ESAD, published | 98.5 | 94.0 |" in text
    assert "| OCGAN, published | 97.5 | – |" in text
    assert "| RD4AD, published, pretrained | ~99.3 | ~95.0 |" in text
    assert text.count("| PatchCore, published, pretrained | ~97.9 |") == 1
    for each in PUBLISHED:
        assert f"| {each.method} | {each.paper} |" in text
        assert each.auroc.keys() <= {*TITLES, "tiles"}

"""The file of a run."""

from pathlib import Path

from benchmarks.denoising.results import Results
from benchmarks.results import read_results, write_results


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results)
    assert read_results(tmp_path / "results.json", Results) == results

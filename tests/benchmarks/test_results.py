"""The file of a run."""

import math
from pathlib import Path

import pytest

from benchmarks.compression.results import Cut
from benchmarks.results import read_results, write_results


def test_what_is_infinite_and_what_is_missing_come_back(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    for psnr_db in (math.inf, None):
        cut = Cut("a.png", "original", 240_000, psnr_db, "original.png")
        write_results(path, cut)
        assert read_results(path, Cut) == cut


@pytest.mark.parametrize("text", ["", "[]", '{"image": "a.png"}'])
def test_file_of_something_else_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="Cut"):
        read_results(path, Cut)

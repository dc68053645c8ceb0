"""The picture of docs/performance.md."""

from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from benchmarks.serving.bare import LIMIT
from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.picture import BARE_COLOUR, OURS, PEER, draw
from benchmarks.serving.results import Results
from benchmarks.serving.summary import Summary
from hourglass.imaging import Pixels


def drawn(results: Results, path: Path) -> Pixels:
    draw(Summary(results), results, path)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def has(picture: Pixels, colour: str) -> bool:
    return bool((picture == np.round(255 * np.array(to_rgb(colour)))).all(2).any())


def test_each_work_has_a_row_of_axes(results: Results, tmp_path: Path) -> None:
    both = drawn(results, tmp_path / "both.png")
    results.works.pop("photo")
    one = drawn(results, tmp_path / "one.png")
    assert both.shape[0] == 2 * one.shape[0]
    assert both.shape[1] == one.shape[1]


def test_each_kind_of_contender_has_its_colour(results: Results, tmp_path: Path) -> None:
    assert all(has(drawn(results, tmp_path / "all.png"), colour) for colour in (OURS, BARE_COLOUR, PEER))
    results.samples = [each for each in results.samples if each.contender in {LIMIT, HOURGLASS.name}]
    assert not has(drawn(results, tmp_path / "few.png"), PEER)


def test_load_that_was_not_measured_is_left_out(results: Results, tmp_path: Path) -> None:
    whole = drawn(results, tmp_path / "whole.png")
    results.samples = [each for each in results.samples if (each.contender, each.clients) != (HOURGLASS.name, 8)]
    part = drawn(results, tmp_path / "part.png")
    assert has(part, OURS)
    assert not np.array_equal(part, whole)


def test_same_results_are_the_same_file(results: Results, tmp_path: Path) -> None:
    for name in ("first", "second"):
        drawn(results, tmp_path / f"{name}.png")
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()

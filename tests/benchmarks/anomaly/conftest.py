"""Tiles to measure, and the results of a run."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.anomaly.report import TITLES
from benchmarks.anomaly.results import ClassSample, Results, Split, Strange, TileSample
from benchmarks.anomaly.rounds import ALL
from benchmarks.anomaly.tiles import DEFECTS, Tiles, find_tiles
from benchmarks.machine import Machine
from tests.benchmarks.anomaly.tiles import write_tiles

CONTENDERS = ("Hourglass", "PCA of pixels")


@pytest.fixture(scope="session")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tiles, Tiles]:
    return find_tiles(write_tiles(tmp_path_factory.mktemp("tiles")))


@pytest.fixture
def results() -> Results:
    classes = [
        ClassSample(data, normal, contender, 0.9 + normal / 100, 1.5, [2.0, 3.0, 7.0])
        for data in TITLES
        for normal in range(10)
        for contender in CONTENDERS
    ]
    auroc = dict.fromkeys((ALL, *DEFECTS), 0.975)
    found = {"1 %": 0.5, "5 %": 0.75}
    splits = [
        Split("at random", 80, 20, 19, 30, dict.fromkeys(DEFECTS, 7), "abc123"),
        Split("by tile", 81, 19, 0, 30, dict.fromkeys(DEFECTS, 7), "def456"),
    ]
    tiles = [
        TileSample(split.name, contender, auroc, found, 0.88 if contender == "Hourglass" else None, 20.0, [12.0])
        for split in splits
        for contender in CONTENDERS
    ]
    strange = [Strange("black", contender, 1, 1) for contender in CONTENDERS]
    settings = {"Hourglass": "as it comes"}
    return Results(Machine.here(("numpy",)), settings, classes, tiles, strange, splits)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "anomaly-tiles.png")
    return tmp_path / "anomaly-tiles.png"

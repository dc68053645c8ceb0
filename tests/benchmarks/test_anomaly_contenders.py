"""Detectors that tell an odd image among real ones, and measurements of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.anomaly import rounds
from benchmarks.anomaly.contender import Contender, Hourglass, PcaResidual, PixelNeighbours, contenders
from benchmarks.anomaly.heat import draw_tiles, shown, spread_heat
from benchmarks.anomaly.rounds import ALL, measure_classes, measure_tiles, threshold
from benchmarks.anomaly.strange import strange_images
from benchmarks.anomaly.tiles import DEFECTS, Tiles, find_tiles
from hourglass.imaging import Pixels
from tests.benchmarks.tiles import write_tiles
from tests.conftest import FIXTURES, Labelled
from training.data import Split

CONTENDERS = (
    "Hourglass",
    "Neighbours by features",
    "Neighbour by pixels",
    "PCA of pixels",
    "Autoencoder of pixels",
)
TROUSER = 1


@pytest.fixture(scope="module")
def trousers(fashion: Labelled) -> list[Pixels]:
    return list(fashion.images[fashion.labels == TROUSER][..., None])


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tiles, Tiles]:
    return find_tiles(write_tiles(tmp_path_factory.mktemp("tiles")))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Sequence[Contender]:
    monkeypatch.setattr(rounds, "CLASSES", 2)
    return Hourglass(), PcaResidual(), PixelNeighbours()


def test_these_are_compared() -> None:
    assert tuple(contender.name for contender in contenders()) == CONTENDERS


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
def test_contender_finds_a_digit_among_trousers(
    contender: Contender, trousers: list[Pixels], mnist: Labelled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.anomaly.contender.EPOCHS", 10)
    monkeypatch.setattr("benchmarks.anomaly.contender.LEAST_STEPS", 100)
    tested = [*trousers[40:], mnist.images[0][..., None]]
    contender.fit(trousers[:40])
    scores = contender.score(tested)
    assert scores.shape == (len(tested),)
    assert scores.dtype == np.float64
    assert scores.argmax() == len(tested) - 1
    np.testing.assert_allclose(contender.score(tested[-1:]), scores[-1:], rtol=1e-3)
    contender.fit(trousers[:40])
    np.testing.assert_allclose(contender.score(tested), scores, rtol=1e-3)


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
def test_images_may_be_of_several_sizes(contender: Contender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.anomaly.contender.EPOCHS", 1)
    monkeypatch.setattr("benchmarks.anomaly.contender.LEAST_STEPS", 1)
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (60 + side, 90 - side, 1), np.uint8) for side in range(24)]
    contender.fit(images)
    assert np.isfinite(contender.score([*images, np.zeros((200, 150, 1), np.uint8)])).all()


def test_class_is_told_from_the_others(quick: Sequence[Contender], fashion: Labelled) -> None:
    images, labels = torch.from_numpy(fashion.images)[:, None], torch.from_numpy(fashion.labels)
    few = Split(images[:300], labels[:300]), Split(images[300:], labels[300:])
    samples = list(measure_classes("fashion", *few, quick))
    assert [(each.normal, each.contender) for each in samples] == [(c, each.name) for c in range(2) for each in quick]
    for sample in samples:
        assert 0.7 < sample.auroc <= 1
        assert sample.fit_seconds > 0
        assert len(sample.ms) == rounds.TIMED_IN_CLASSES


def test_tiles_are_measured_on_a_split(quick: Sequence[Contender], tiles: tuple[Tiles, Tiles]) -> None:
    strange = strange_images(64, 80, [FIXTURES / "photos" / "kitten.webp"])
    measured = list(measure_tiles(tiles[1], quick, strange))
    assert [sample.contender for sample, _ in measured] == [each.name for each in quick]
    for sample, others in measured:
        assert list(sample.auroc) == [ALL, *DEFECTS]
        assert sample.split == "by tile"
        assert sample.found["1 %"] <= sample.found["5 %"] <= 1
        assert [each.kind for each in others] == list(strange)
    hourglass, others = measured[0]
    assert 0.8 < hourglass.auroc[ALL] < 1  # a defect of one pixel is not found
    assert hourglass.pixel_auroc is not None
    assert hourglass.pixel_auroc > 0.8
    assert all(each.above == each.images for each in others if "noise" in each.kind)
    assert measured[1][0].pixel_auroc is None


def test_strange_images_are_the_same_each_time() -> None:
    once, again = strange_images(64, 80, []), strange_images(64, 80, [])
    assert "photographs" not in once
    for kind, images in once.items():
        np.testing.assert_array_equal(images, again[kind])
        assert {(image.shape, image.dtype) for image in images} == {((64, 80, 1), np.dtype(np.uint8))}
    assert (
        once["checkerboards of 1 to 64 pixels"][1][:4, :4, 0].tolist()
        == [[0, 0, 255, 255]] * 2 + [[255, 255, 0, 0]] * 2
    )


@pytest.mark.parametrize(("rate", "exceed"), [(0, 0), (1, 2), (5, 10), (99.9, 199)])
def test_threshold_is_exceeded_by_so_many(rate: float, exceed: int) -> None:
    usual = np.random.default_rng(0).random(200)
    assert (usual > threshold(usual, rate)).sum() == exceed


def test_heat_is_spread_between_the_middles_of_cells() -> None:
    heat = np.array([[0, 1], [2, 3]], np.float32)
    wide = spread_heat(heat, 40, 60)
    assert wide.shape == (40, 60)
    assert wide[0, 0] == 0
    assert wide[-1, -1] == 3
    assert wide[10, 30] == pytest.approx(0.5 + 2 * 0.5 / 20, abs=0.05)
    assert (np.diff(wide, axis=0) >= 0).all()
    assert (np.diff(wide, axis=1) >= 0).all()


def test_a_tile_of_each_kind_is_drawn(tiles: tuple[Tiles, Tiles], tmp_path: Path) -> None:
    by_tile = tiles[1]
    assert list(shown(by_tile)) == ["free", *DEFECTS]
    assert shown(by_tile)["crack"] == by_tile.defects["crack"][1]  # the mask of the first is tiny
    hourglass = Hourglass()
    hourglass.fit([np.asarray(Image.open(file))[..., None] for file in by_tile.fitted])
    draw_tiles(hourglass, by_tile, tmp_path / "tiles.png")
    with Image.open(tmp_path / "tiles.png") as drawn:
        assert (np.asarray(drawn) == (0, 255, 255)).all(2).any()
        assert drawn.width > drawn.height

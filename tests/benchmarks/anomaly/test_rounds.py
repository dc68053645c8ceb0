"""Detectors are measured on classes and on tiles."""

import numpy as np
import pytest
import torch

from benchmarks.anomaly import rounds
from benchmarks.anomaly.contender import Hourglass, PcaResidual, PixelNeighbours
from benchmarks.anomaly.rounds import ALL, measure_classes, measure_tiles, threshold
from benchmarks.anomaly.strange import strange_images
from benchmarks.anomaly.tiles import DEFECTS, Tiles
from tests.conftest import FIXTURES, Labelled
from training.data import Split


def test_class_is_told_from_the_others(fashion: Labelled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "CLASSES", 2)
    quick = PcaResidual(), PixelNeighbours()
    images, labels = torch.from_numpy(fashion.images)[:, None], torch.from_numpy(fashion.labels)
    few = Split(images[:300], labels[:300]), Split(images[300:], labels[300:])
    samples = list(measure_classes("fashion", *few, quick))
    assert [(each.normal, each.contender) for each in samples] == [(c, each.name) for c in range(2) for each in quick]
    for sample in samples:
        assert 0.7 < sample.auroc <= 1
        assert sample.fit_seconds > 0
        assert len(sample.ms) == rounds.TIMED_IN_CLASSES


def test_tiles_are_measured_on_a_split(tiles: tuple[Tiles, Tiles]) -> None:
    contenders = Hourglass(), PcaResidual(), PixelNeighbours()
    strange = strange_images(64, 80, [FIXTURES / "photos" / "kitten.webp"])
    measured = list(measure_tiles(tiles[1], contenders, strange))
    assert [sample.contender for sample, _ in measured] == [each.name for each in contenders]
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


@pytest.mark.parametrize(("rate", "exceed"), [(0, 0), (1, 2), (5, 10), (99.9, 199)])
def test_threshold_is_exceeded_by_so_many(rate: float, exceed: int) -> None:
    usual = np.random.default_rng(0).random(200)
    assert (usual > threshold(usual, rate)).sum() == exceed

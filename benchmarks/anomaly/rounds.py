"""The measurements: every contender is fitted on the same good images and scores the same others."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor

from benchmarks.anomaly.contender import Contender, Hourglass, Scores
from benchmarks.anomaly.heat import spread_heat
from benchmarks.anomaly.results import ClassSample, Strange, TileSample
from benchmarks.anomaly.tiles import Tiles, read_gray, read_mask
from hourglass.imaging import Pixels
from training.data import Split

Kind = TypeVar("Kind", bound=np.generic)
CLASSES = 10
ALL = "all defects"
RATES = (1, 5)
"""% of good images that exceed a threshold."""

TIMED_IN_CLASSES, TIMED_TILES = 20, 100
"""Images that are scored alone, one after the other, after each fit."""

EVERY = 4
"""Pixels, each way, from one that counts in the AUROC of pixels to the next."""


def measure_classes(data: str, train: Split, test: Split, contenders: Sequence[Contender]) -> Iterator[ClassSample]:
    """Fits every contender on each class in turn, and yields a sample for each."""
    tested, labels = _grays(test.images), test.labels.numpy()
    for normal in range(CLASSES):
        good = _grays(train.images[train.labels == normal])
        for contender in contenders:
            seconds = _fit(contender, good)
            auroc = float(roc_auc_score(labels != normal, contender.score(tested)))
            alone = _alone(contender, tested[:TIMED_IN_CLASSES])
            yield ClassSample(data, normal, contender.name, auroc, seconds, alone)


def _grays(images: Tensor) -> list[Pixels]:
    return list(images.permute(0, 2, 3, 1).numpy())


def measure_tiles(
    tiles: Tiles, contenders: Sequence[Contender], strange: Mapping[str, Sequence[Pixels]] = {}
) -> Iterator[tuple[TileSample, list[Strange]]]:
    """Yields a sample for each contender, with how it scores ``strange`` images, by kind, that show no tile."""
    fitted, good = [read_gray(file) for file in tiles.fitted], [read_gray(file) for file in tiles.tested]
    bad = {kind: [read_gray(file) for file in files] for kind, files in tiles.defects.items()}
    for contender in contenders:
        seconds = _fit(contender, fitted)
        usual = contender.score(good)
        unusual = {kind: contender.score(images) for kind, images in bad.items()}
        unusual = {ALL: np.concatenate(list(unusual.values())), **unusual}
        sample = TileSample(
            tiles.split.name,
            contender.name,
            {kind: _auroc(usual, scores) for kind, scores in unusual.items()},
            {f"{rate} %": float((unusual[ALL] > threshold(usual, rate)).mean()) for rate in RATES},
            _pixel_auroc(contender, good, tiles, bad) if isinstance(contender, Hourglass) else None,
            seconds,
            _alone(contender, good[:TIMED_TILES]),
        )
        scored = {kind: contender.score(images) for kind, images in strange.items()}
        above = [(kind, len(scores), int((scores > usual.max()).sum())) for kind, scores in scored.items()]
        yield sample, [Strange(kind, contender.name, images, count) for kind, images, count in above]


def threshold(usual: Scores, rate: float) -> float:
    """The least score that at most ``rate`` % of the usual ones exceed."""
    return float(np.sort(usual)[len(usual) - 1 - int(len(usual) * rate / 100)])


def _auroc(usual: Scores, unusual: Scores) -> float:
    truth = np.repeat([False, True], [len(usual), len(unusual)])
    return float(roc_auc_score(truth, np.concatenate([usual, unusual])))


def _pixel_auroc(
    hourglass: Hourglass, good: Sequence[Pixels], tiles: Tiles, bad: Mapping[str, Sequence[Pixels]]
) -> float:
    masks = [np.zeros(image.shape[:2], np.bool_) for image in good]
    masks += [read_mask(file) for files in tiles.defects.values() for file in files]
    images = [*good, *(image for images in bad.values() for image in images)]
    pairs = zip(hourglass.heat(images), images, strict=True)
    heat = [_thinned(spread_heat(heat, image.shape[0], image.shape[1])) for heat, image in pairs]
    return float(roc_auc_score(np.concatenate([_thinned(mask) for mask in masks]), np.concatenate(heat)))


def _thinned(pixels: NDArray[Kind]) -> NDArray[Kind]:
    return pixels[::EVERY, ::EVERY].ravel()


def _fit(contender: Contender, images: Sequence[Pixels]) -> float:
    """Returns the CPU seconds that it took, so that other work on the machine does not count."""
    began = time.process_time()
    contender.fit(images)
    return time.process_time() - began


def _alone(contender: Contender, images: Sequence[Pixels]) -> list[float]:
    """CPU milliseconds to score each image alone, after a first call that is not counted."""
    contender.score(images[:1])
    times = []
    for image in images:
        began = time.process_time()
        contender.score([image])
        times.append(1e3 * (time.process_time() - began))
    return times

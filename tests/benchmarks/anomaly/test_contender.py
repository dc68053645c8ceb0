"""Detectors that find an odd image among real ones."""

import numpy as np
import pytest

from benchmarks.anomaly.contender import Contender, contenders
from hourglass.imaging import Pixels
from tests.conftest import Labelled

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

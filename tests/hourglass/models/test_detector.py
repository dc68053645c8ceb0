"""The anomaly detector as it is installed: heat where it should be, in any batch, and never what is no number."""

from pathlib import Path

import numpy as np
import pytest

from hourglass.errors import BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.detector import MOST_PIXELS, Detector
from hourglass.models.manifest import Input
from tests.conftest import MODELS
from tests.hourglass.models.detectors import NAME, Heat, brightness, write_detector


def images(count: int, side: int, channels: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, channels), np.uint8)


@pytest.mark.parametrize(("channels", "grid"), [(1, (7, 7)), (3, (7, 7)), (1, (3, 15)), (3, (1, 1))])
def test_heat_is_that_of_the_graph(tmp_path: Path, channels: int, grid: tuple[int, int]) -> None:
    detector = Detector(write_detector(tmp_path, channels=1 if channels == 1 else 3, grid=grid), "cpu")
    pixels = images(3, 128, channels)
    heats = detector.heats(pixels)
    assert heats.dtype == np.float32
    assert heats.shape == (3, *grid)
    assert np.allclose(heats, [brightness(each, *grid) for each in pixels], atol=1e-6)


def test_batch_gives_what_each_gives_alone(tmp_path: Path) -> None:
    detector = Detector(write_detector(tmp_path, side=256), "cpu")
    pixels = images(2 * MOST_PIXELS // 256**2 + 1, 256, 1)
    alone = [detector.heats(each[None])[0] for each in pixels]
    assert np.allclose(detector.heats(pixels), alone, atol=1e-6)


def test_image_larger_than_a_piece_is_taken(tmp_path: Path) -> None:
    side = 1024
    assert side**2 > MOST_PIXELS
    detector = Detector(write_detector(tmp_path, side=side), "cpu")
    assert detector.heats(images(2, side, 1)).shape == (2, 7, 7)


def test_rebuilt_it_is_the_same(tmp_path: Path) -> None:
    detector, pixels = Detector(write_detector(tmp_path), "cpu"), images(2, 128, 1)
    before = detector.heats(pixels)
    detector.rebuild()
    assert np.array_equal(detector.heats(pixels), before)


def test_it_is_not_rebuilt_as_another(tmp_path: Path) -> None:
    detector = Detector(write_detector(tmp_path), "cpu")
    write_detector(tmp_path, version="2.0.0")
    with pytest.raises(BrokenModel, match=f"{NAME}: it is another model"):
        detector.rebuild()


@pytest.mark.parametrize(
    ("heat", "says"),
    [("nan", "no number"), ("planes", r"shape \(2, 1, 7, 7\) for 2"), ("one", r"shape \(1, 7, 7\) for 2")],
)
def test_graph_that_gives_no_heat_is_refused(tmp_path: Path, heat: Heat, says: str) -> None:
    with pytest.raises(BrokenModel, match=rf"{NAME}: its graph does not fit: .*{says}"):
        Detector(write_detector(tmp_path, heat), "cpu")


def test_graph_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = write_detector(tmp_path, input=Input(channels=1, height=64, width=64))
    with pytest.raises(BrokenModel, match=rf"{NAME}: its graph takes \(1, 128, 128\), not \(1, 64, 64\)"):
        Detector(folder, "cpu")


def test_changed_graph_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_detector(tmp_path)
    (folder / "heat.onnx").write_bytes(b"no graph")
    with pytest.raises(BrokenModel, match=rf"{NAME}/heat\.onnx: sha256"):
        Detector(folder, "cpu")


def test_heat_that_is_no_number_is_not_handed_over(tmp_path: Path) -> None:
    detector = Detector(write_detector(tmp_path, "fragile"), "cpu")
    with pytest.raises(ValueError, match="no number"):
        detector.heats(np.full((1, 128, 128, 1), 255, np.uint8))
    assert np.isfinite(detector.heats(np.full((1, 128, 128, 1), 254, np.uint8))).all()


def test_another_family_is_refused() -> None:
    with pytest.raises(BrokenModel, match="family is codec"):
        Detector(MODELS / "photo-codec", "cpu")

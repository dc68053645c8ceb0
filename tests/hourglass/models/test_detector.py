"""The anomaly detector as it is installed: heat where it should be, in any batch, and never what is no number."""

from pathlib import Path

import numpy as np
import pytest

from hourglass.errors import BrokenModel
from hourglass.imaging import Picture, Pixels
from hourglass.models.detector import MOST_PIXELS, Detector
from hourglass.models.installed import Taken
from hourglass.models.manifest import Input
from hourglass.models.work import finish
from tests.conftest import MODELS
from tests.hourglass.models.detectors import HOT, NAME, Heat, brightness, write_detector


def images(count: int, side: int, channels: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, channels), np.uint8)


@pytest.mark.parametrize(("channels", "grid"), [(1, (7, 7)), (3, (7, 7)), (1, (3, 15)), (3, (1, 1))])
def test_heat_is_that_of_the_graph(tmp_path: Path, channels: int, grid: tuple[int, int]) -> None:
    detector = Detector.open(write_detector(tmp_path, channels=1 if channels == 1 else 3, grid=grid), "cpu")
    pixels = images(3, 128, channels)
    heats = detector.heats(pixels)
    assert heats.dtype == np.float32
    assert heats.shape == (3, *grid)
    assert np.allclose(heats, [brightness(each, *grid) for each in pixels], atol=1e-6)


def test_batch_gives_what_each_gives_alone(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path, side=256), "cpu")
    pixels = images(2 * MOST_PIXELS // 256**2 + 1, 256, 1)
    alone = [detector.heats(each[None])[0] for each in pixels]
    assert np.allclose(detector.heats(pixels), alone, atol=1e-6)


def test_image_larger_than_a_piece_is_taken(tmp_path: Path) -> None:
    side = 1024
    assert side**2 > MOST_PIXELS
    detector = Detector.open(write_detector(tmp_path, side=side), "cpu")
    assert detector.heats(images(2, side, 1)).shape == (2, 7, 7)


def test_rebuilt_it_is_the_same(tmp_path: Path) -> None:
    detector, pixels = Detector.open(write_detector(tmp_path), "cpu"), images(2, 128, 1)
    before = detector.heats(pixels)
    detector.rebuild()
    assert np.array_equal(detector.heats(pixels), before)


def test_it_is_not_rebuilt_as_another(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path), "cpu")
    write_detector(tmp_path, version="2.0.0")
    with pytest.raises(BrokenModel, match=f"{NAME}: it is another model"):
        detector.rebuild()


@pytest.mark.parametrize(
    ("heat", "says"),
    [("nan", "no number"), ("planes", r"shape \(2, 1, 7, 7\) for 2"), ("one", r"shape \(1, 7, 7\) for 2")],
)
def test_graph_that_gives_no_heat_is_refused(tmp_path: Path, heat: Heat, says: str) -> None:
    with pytest.raises(BrokenModel, match=rf"{NAME}: its graphs do not run: .*{says}"):
        Detector.open(write_detector(tmp_path, heat), "cpu")


def test_graph_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = write_detector(tmp_path, input=Input(channels=1, height=64, width=64))
    with pytest.raises(BrokenModel, match=rf"{NAME}: its graph takes \(1, 128, 128\), not \(1, 64, 64\)"):
        Detector.open(folder, "cpu")


def test_changed_graph_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_detector(tmp_path)
    (folder / "heat.onnx").write_bytes(b"no graph")
    with pytest.raises(BrokenModel, match=rf"{NAME}/heat\.onnx: sha256"):
        Detector.open(folder, "cpu")


def test_heat_that_is_no_number_is_not_handed_over(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path, "fragile"), "cpu")
    with pytest.raises(ValueError, match="no number"):
        detector.heats(np.full((1, 128, 128, 1), 255, np.uint8))
    assert np.isfinite(detector.heats(np.full((1, 128, 128, 1), 254, np.uint8))).all()


def test_another_family_is_refused() -> None:
    with pytest.raises(BrokenModel, match="of family codec"):
        Detector.open(MODELS / "photo-codec", "cpu")


def stretched_from(pixels: Pixels) -> Taken:
    """What a detector takes of an image of 60 rows and 90 columns."""
    return Taken(Picture(pixels), 60, 90)


def test_score_is_the_mean_heat_on_its_scale(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path))
    pixels = images(5, 128, 1) // np.arange(1, 6, dtype=np.uint8)[:, None, None, None]
    for image in pixels:
        found = finish(detector.scoring(stretched_from(image), 0.5))
        assert found.score == pytest.approx(brightness(image, 7, 7).mean(), rel=1e-5)
        assert found.percentile == pytest.approx(100 * found.score)
        assert found.anomalous is (found.score > 0.5)
        assert found.heatmap.shape == (60, 90, 1)


def test_bright_square_has_a_box_around_it(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path))
    image = np.zeros((128, 128, 1), np.uint8)
    image[40:56, 72:104] = 255  # cells 2 down, 4 and 5 across
    found = finish(detector.scoring(stretched_from(image), 0.5))
    [box] = found.boxes or []
    assert (box.left, box.top, box.right, box.bottom) == (90 * 72 // 128, 60 * 40 // 128, -(-90 * 104 // 128), 27)
    assert box.heat == pytest.approx(1 / HOT)
    row, column = np.unravel_index(found.heatmap.argmax(), (60, 90))
    assert box.top <= row < box.bottom
    assert box.left <= column < box.right


def test_image_of_any_size_is_stretched_and_scored(tmp_path: Path) -> None:
    detector = Detector.open(write_detector(tmp_path))
    found = detector.score(np.full((30, 200), 128, np.uint8), false_alarm_rate=0.25)
    assert (found.height, found.width) == (30, 200)
    assert found.score == pytest.approx(128 / 255, rel=1e-3)
    assert found.threshold == pytest.approx(0.75)

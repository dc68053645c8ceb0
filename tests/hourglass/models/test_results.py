"""Results: a bitstream is its bytes and knows its rate; a score knows where it is hot."""

import numpy as np
import pytest

from hourglass.models.results import Bitstream, Scored

IMAGE = np.zeros((4, 5, 3), np.uint8)
HEAT = np.array([[0.0, 0.25], [1.0, 0.0625]], np.float32)


def test_bitstream_is_its_bytes_and_knows_its_rate() -> None:
    file = Bitstream.of(b"0123456789", IMAGE, (2, 1, 1), None, 40.0, ["alpha"])
    assert file == b"0123456789"
    assert b"".join([file]) == b"0123456789"
    assert file.bits_per_pixel == 8 * 10 / 20
    assert file.ratio == 60 / 10
    assert (file.shape, file.latent, file.psnr, file.dropped) == ((2, 1, 1), None, 40.0, ("alpha",))


@pytest.mark.parametrize(("threshold", "anomalous"), [(0.2, True), (0.3, False), (0.4, False)])
def test_scores_above_the_threshold_are_anomalous(threshold: float, anomalous: bool) -> None:
    assert Scored(0.3, threshold, 50.0, HEAT, 2, 2).anomalous is anomalous


def test_squared_errors_are_drawn_as_errors() -> None:
    heatmap = Scored(0.3, 0.2, 50.0, HEAT, 2, 2).heatmap
    assert heatmap.shape == (2, 2, 1)
    assert heatmap[:, :, 0].tolist() == [[0, 255], [255, 127]]


def test_only_a_model_that_tells_hot_places_apart_has_boxes() -> None:
    assert Scored(0.3, 0.2, 50.0, HEAT, 2, 2).boxes is None
    located = Scored(0.3, 0.2, 50.0, HEAT, 20, 20, hot=0.5)
    [box] = located.boxes or []
    assert box.heat == pytest.approx(2)
    assert (box.left, box.bottom) == (0, 20)
    assert located.heatmap.shape == (20, 20, 1)

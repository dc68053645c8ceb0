"""An image in memory."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from hourglass.imaging import Pixels, over_black


@given(arrays(np.uint8, (3, 4, 3)), arrays(np.uint8, (3, 4)))
def test_over_black_is_what_shows(pixels: Pixels, alpha: NDArray[np.uint8]) -> None:
    assert np.abs(over_black(pixels, alpha) - pixels * (alpha[:, :, None] / 255)).max() < 1

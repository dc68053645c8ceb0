"""How near two photographs are."""

import math

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.uint8] | NDArray[np.float32]


def psnr_db(x: Levels, x_hat: Levels) -> float:
    """10 log₁₀(255² / MSE), in dB, over all samples of two photographs of levels 0..255; infinite if they agree."""
    mse = float(np.square(x.astype(np.float32) - x_hat).mean(dtype=np.float64))
    return 10 * math.log10(255**2 / mse) if mse else math.inf

"""How near an image comes to its original."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def psnr(x: NDArray[Any], x_hat: NDArray[Any], peak: float) -> float:
    """The peak signal-to-noise ratio in dB, 10 log₁₀(peak² / MSE), over all samples; infinite if the two are equal.

    Both arrays have the same shape, of any kind, and the same scale; ``peak`` is the scale's highest value: 255 for
    levels, 1 for floats in 0..1. Nothing is clipped. Raises ValueError if the shapes differ.
    """
    if x.shape != x_hat.shape:
        raise ValueError(f"shapes {x.shape} and {x_hat.shape} differ")
    error = np.subtract(x, x_hat, dtype=np.float64)
    return psnr_of_error(float(np.square(error, out=error).mean()), peak)


def psnr_of_error(mse: float, peak: float) -> float:
    """The peak signal-to-noise ratio in dB of a mean squared error, 10 log₁₀(peak² / MSE); infinite if it is 0."""
    return 10 * math.log10(peak**2 / mse) if mse else math.inf

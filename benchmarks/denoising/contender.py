"""The denoisers that are compared: how each is called, and with which settings."""

from pathlib import Path
from typing import Protocol

import bm3d
import cv2
import numpy as np

from benchmarks.denoising.noise import Floats
from hourglass.models.denoiser import Denoiser
from hourglass.models.levels import to_levels
from hourglass.models.runtime import usable_cores

COARSE_SIGMA = 30
"""Levels: from here on a median over 5×5 pixels comes nearer than one over 3×3."""

NLM_LUMA, NLM_COLOUR = 0.6, 0.5
"""Strengths per σ at which OpenCV's non-local means did best on photographs other than those measured."""


class Contender(Protocol):
    """Removes noise. ``says`` are its settings, for the reader."""

    @property
    def name(self) -> str: ...
    @property
    def says(self) -> str: ...

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        """x̂ of x̃ [height, width, 3], with levels of 0..255 and noise of ``sigma`` levels, root mean square."""


class Hourglass:
    """The denoiser of the model in the folder ``model``, as the service runs it. Raises BrokenModel if it has none."""

    name = "Hourglass"
    says = "onnxruntime on the CPU, a thread a core; blind: it is given the noisy image alone"

    def __init__(self, model: Path) -> None:
        self._denoiser = Denoiser.open(model, "cpu", threads=usable_cores())

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        return self.at(noisy, strength=1)

    def at(self, noisy: Floats, strength: float) -> Floats:
        """x̂ at a ``strength`` of 0 to 2; 1 is what the model finds right."""
        planes = np.ascontiguousarray(noisy.transpose(2, 0, 1)) / np.float32(255)
        x_hat, _ = self._denoiser.clean(planes, strength)
        return np.ascontiguousarray(x_hat.transpose(1, 2, 0)) * np.float32(255)


class Bm3d:
    """Block matching and 3-D filtering, by its authors.

    Dabov, Foi, Katkovnik, Egiazarian: Image denoising by sparse 3-D transform-domain collaborative filtering, 2007.
    """

    name = "BM3D"
    says = "`bm3d_rgb` of the package bm3d, its defaults, threads as it likes; told the true σ"

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        return np.asarray(bm3d.bm3d_rgb(noisy, sigma), np.float32)


class NonLocalMeans:
    """Fast non-local means, by OpenCV (Buades, Coll, Morel: A non-local algorithm for image denoising, 2005)."""

    name = "Non-local means"
    says = (
        f"OpenCV's `fastNlMeansDenoisingColored`, h = {NLM_LUMA} σ and hColor = {NLM_COLOUR} σ, a thread a core; told "
        "the true σ; it takes 8 bits, so its input is rounded and clipped"
    )

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        bgr = np.ascontiguousarray(to_levels(noisy / 255)[:, :, ::-1])
        clean = cv2.fastNlMeansDenoisingColored(bgr, None, NLM_LUMA * sigma, NLM_COLOUR * sigma)
        return clean[:, :, ::-1].astype(np.float32)


class Median:
    """The median of a pixel's neighbourhood, colour by colour."""

    name = "Median"
    says = f"OpenCV's `medianBlur`, 3×3 pixels, or 5×5 from σ = {COARSE_SIGMA} on; told the true σ"

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        return np.asarray(cv2.medianBlur(noisy, 5 if sigma >= COARSE_SIGMA else 3), np.float32)


class Untouched:
    """The noisy input, for comparison."""

    name = "Noisy input"
    says = "nothing is done to it"

    def clean(self, noisy: Floats, sigma: float) -> Floats:
        return noisy


def peers() -> tuple[Contender, ...]:
    """The denoisers that Hourglass is compared with."""
    return Bm3d(), NonLocalMeans(), Median(), Untouched()


def cleaned(contender: Contender, noisy: Floats, sigma: float) -> Floats:
    """x̂ as it is scored: clipped to 0..255, not rounded."""
    return np.clip(contender.clean(noisy, sigma), 0, 255)

"""The measurements: an image with one noise at a time, by every contender in turn."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.denoising.contender import Contender, cleaned
from benchmarks.denoising.fidelity import ssim
from benchmarks.denoising.noise import NOISES, Floats, Noise
from benchmarks.denoising.results import Sample
from benchmarks.photographs import read_photograph
from hourglass.imaging.fidelity import psnr

WARM_UP = 64
"""Pixels each way of what is cleaned first, for the contenders to load what they need."""


def measure(images: Sequence[Path], contenders: Sequence[Contender]) -> Iterator[Sample]:
    """Cleans every image of every noise once by every contender: ``steps(...)`` samples."""
    corner = read_photograph(images[0])[:WARM_UP, :WARM_UP].astype(np.float32)
    for contender in contenders:
        contender.clean(corner, NOISES[0].sigma(corner))
    for path in images:
        x = read_photograph(path).astype(np.float32)
        for noise in NOISES:
            yield from compare(x, noise, path.name, contenders)


def compare(x: Floats, noise: Noise, image: str, contenders: Sequence[Contender]) -> Iterator[Sample]:
    """One image with one noise. It is scored after it is timed, as the threads of torch would be in the way."""
    noisy, sigma = noise.add(x, image), noise.sigma(x)
    trials = []
    for contender in contenders:
        began = time.perf_counter()
        x_hat = cleaned(contender, noisy, sigma)
        trials.append((contender.name, x_hat, 1e3 * (time.perf_counter() - began)))
    for name, x_hat, ms in trials:
        yield Sample(image, noise.name, name, psnr(x, x_hat, peak=255), ssim(x, x_hat), ms)


def steps(images: Sequence[Path], contenders: Sequence[Contender]) -> int:
    """How many samples ``measure`` yields."""
    return len(images) * len(NOISES) * len(contenders)

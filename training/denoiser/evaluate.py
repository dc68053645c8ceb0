"""Figures of the exported denoiser on the held-out photos, written into its manifest."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hourglass.imaging.fidelity import psnr
from hourglass.models.denoiser import Denoiser
from hourglass.models.files import write_manifest
from hourglass.models.runtime import usable_cores
from training.denoiser.denoiser import PhotoDenoiser
from training.denoiser.noise import camera
from training.photos import find_photos, load_photo, split_photos

SIGMAS = (0, 15, 25, 50)
CAMERA_SIGMA = 25
SIDE = 512
"""The side in pixels of the middle of each photo that is measured, so that every photo counts the same."""


def evaluate_denoiser(models: Path, images: Path) -> dict[str, float]:
    """Cleans held-out photos with white noise of each σ (of 255) and with a camera's noise; returns the figures.

    ``psnr_…`` is the mean PSNR in dB, ``estimate_…`` the mean estimate of σ, of 255. Writes them into the manifest.
    """
    folder = models / PhotoDenoiser.name
    denoiser = Denoiser.open(folder, "cpu", usable_cores())
    _, held_out = split_photos(find_photos(images))
    photos = [_middle(load_photo(path)) for path in held_out]
    torch.manual_seed(0)
    metrics: dict[str, float] = {}
    for sigma in SIGMAS:
        noisy = [x + sigma / 255 * torch.randn_like(x) for x in photos]
        metrics |= _measure(denoiser, photos, noisy, f"sigma_{sigma}")
    grainy = [camera(x[None], torch.tensor([CAMERA_SIGMA / 255]))[0] for x in photos]
    metrics |= _measure(denoiser, photos, grainy, f"camera_{CAMERA_SIGMA}")
    write_manifest(folder, denoiser.manifest.model_copy(update={"metrics": metrics}))
    return metrics


def _middle(photo: Tensor) -> Tensor:
    height, width = (min(side, SIDE) // 16 * 16 for side in photo.shape[1:])
    top, left = (photo.shape[1] - height) // 2, (photo.shape[2] - width) // 2
    return photo[:, top : top + height, left : left + width].float() / 255


def _measure(denoiser: Denoiser, photos: list[Tensor], noisy: list[Tensor], name: str) -> dict[str, float]:
    fidelities, sigmas = [], []
    for x, x_tilde in zip(photos, noisy, strict=True):
        x_hat, estimate = denoiser.clean(x_tilde.numpy())
        fidelities.append(psnr(x.numpy(), x_hat.clip(0, 1), peak=1))
        sigmas.append(255 * estimate)
    return {
        f"psnr_{name}": round(float(np.mean(fidelities)), 3),
        f"estimate_{name}": round(float(np.mean(sigmas)), 3),
    }

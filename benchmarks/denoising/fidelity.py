"""How close a cleaned photograph is to the one without noise."""

import numpy as np
import torch
from torchmetrics.functional.image import structural_similarity_index_measure

from benchmarks.denoising.noise import Floats

LEAST_SIDE = 11
"""Pixels: below, the photograph is smaller than SSIM's window."""


def ssim(x: Floats, x_hat: Floats) -> float:
    """SSIM, at most 1, of two photographs, the mean over R, G and B.

    Wang, Bovik, Sheikh, Simoncelli: Image quality assessment: from error visibility to structural similarity, 2004.
    """
    likeness = structural_similarity_index_measure(_tensor(x_hat), _tensor(x), data_range=255.0)
    assert isinstance(likeness, torch.Tensor)
    return likeness.item()


def _tensor(pixels: Floats) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))

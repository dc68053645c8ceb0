"""How close a decoded photograph is to the original."""

import numpy as np
import torch
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

from benchmarks.photographs import Pixels

LEAST_SIDE = 176
"""Pixels: below, the coarsest of MS-SSIM's five scales is smaller than its 11×11 window."""


def ms_ssim(x: Pixels, x_hat: Pixels) -> float:
    """MS-SSIM, 0..1, of two images uint8 [height, width, 3], the mean over R, G and B.

    Wang, Simoncelli, Bovik: Multiscale structural similarity for image quality assessment, 2003. Raises ValueError if
    a side is shorter than ``LEAST_SIDE``.
    """
    likeness = multiscale_structural_similarity_index_measure(_tensor(x_hat), _tensor(x), data_range=255.0)
    assert isinstance(likeness, torch.Tensor)
    return likeness.item()


def _tensor(pixels: Pixels) -> torch.Tensor:
    return torch.from_numpy(pixels.transpose(2, 0, 1)[None].astype(np.float32))

"""What the tasks give back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from hourglass.imaging import Picture, Pixels
from hourglass.models.heat import Box, heat_map, hot_boxes
from hourglass.models.runtime import Array


class Bitstream(bytes):
    """A compressed file: its bytes, and what was learned while they were made.

    ``latent`` float32 is z: [size], before quantisation; of a photo [channels, height / 16, width / 16], in
    quantisation steps, as it is decoded. None where it has too many numbers to be read; ``shape`` is its shape all the
    same. ``psnr`` is in dB, of what is shown of it, alpha aside; None where that was not measured. ``dropped`` names
    what of the image the file does not hold.
    """

    pixels: int
    channels: int
    shape: tuple[int, ...]
    latent: Array | None
    psnr: float | None
    dropped: tuple[str, ...]

    @classmethod
    def of(
        cls,
        data: bytes,
        image: Pixels,
        shape: tuple[int, ...],
        latent: Array | None,
        psnr: float | None = None,
        dropped: Sequence[str] = (),
    ) -> Self:
        """The file ``data`` of an image uint8 [height, width, channels]."""
        made = cls(data)
        height, width, channels = image.shape
        made.pixels, made.channels = height * width, channels
        made.shape, made.latent, made.psnr, made.dropped = shape, latent, psnr, tuple(dropped)
        return made

    @property
    def bits_per_pixel(self) -> float:
        return 8 * len(self) / self.pixels

    @property
    def ratio(self) -> float:
        """How many times smaller than 8 bits a pixel and channel."""
        return self.pixels * self.channels / len(self)


@dataclass(frozen=True, slots=True)
class Denoised:
    """The clean ``picture``; ``sigma`` is the standard deviation of a photo's noise, of 255, as estimated.

    ``sigma`` is None where the model does not estimate it, or was not asked to clean.
    """

    picture: Picture
    sigma: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """How unusual an image is. ``heat`` float32 [rows, columns] says where; ``score`` is its mean.

    ``percentile``, in 0..100, is the share of normal images with a lower score. ``height`` and ``width`` are of the
    image; cells of ``heat`` above ``hot`` are hot. ``hot`` is None of a model that does not tell hot cells apart: then
    ``heat`` is the squared error of each pixel, in pixel ranges. ``dropped`` names what the model does not see.
    """

    score: float
    threshold: float
    percentile: float
    heat: Array
    height: int
    width: int
    hot: float | None = None
    dropped: tuple[str, ...] = ()

    @property
    def anomalous(self) -> bool:
        return self.score > self.threshold

    @property
    def heatmap(self) -> Pixels:
        """uint8 [height, width, 1]: black is no error; white half the pixel range, or four times what is hot."""
        if self.hot is not None:
            return heat_map(self.heat, self.hot, self.height, self.width)
        return (np.sqrt(self.heat) * 2 * 255).clip(0, 255).astype(np.uint8)[:, :, None]

    @property
    def boxes(self) -> list[Box] | None:
        """Where it is hot, the hottest first; None of a model that does not tell."""
        return None if self.hot is None else hot_boxes(self.heat, self.hot, self.height, self.width)

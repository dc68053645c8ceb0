"""An autoencoder of features that has seen good images only: what it cannot reconstruct of another is unusual.

f(h) = Vᵀ (h − μ) and g(z) = μ + V z, undercomplete and linear, have their least error in closed form: the columns of V
are the principal components of h (Baldi & Hornik 1989, "Neural networks and principal component analysis"). So a fit
takes one pass over the images, has no learning rate and no seed, and cannot diverge.

The error alone would pass what no good image is, if V can express it. Each number of the latent is therefore shrunk by
how usual its size is, with λ its variance over good images and ε that of noise:

    ĥ = μ + V (1 − √(ε / (λ + ε))) z        score = ‖h − ĥ‖² / (ε size)

which is the reconstruction error and the latent's distance from the mean, Σ z² / (λ + ε) + ‖h − μ − V z‖² / ε, in one:
the Mahalanobis distance under probabilistic PCA (Tipping & Bishop 1999).

A second autoencoder of this kind finds where the image is unusual: it reconstructs places, and the heat of a place is
the root of its error, divided by the mean of all places, times the image's score.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from training.anomaly.features import CELLS, EdgeFeatures
from training.data import DataError
from training.graphs import rounded

LATENTS = 256
"""At most so many numbers in z."""

NOISE = 1e-3
"""ε, as a share of the total variance of h."""

LEAST_VARIANCE = 1e-6
"""Of the total variance of h; below it, the images count as all alike."""


class Moments:
    """Mean and covariance, float64, of float vectors [n, size] that arrive in batches."""

    def __init__(self, size: int) -> None:
        self.count = 0
        self._sum = torch.zeros(size, dtype=torch.float64)
        self._squares = torch.zeros(size, size, dtype=torch.float64)

    def add(self, h: Tensor) -> None:
        exact = h.double()
        self.count += len(h)
        self._sum += exact.sum(0)
        self._squares += exact.T @ exact

    @property
    def mean(self) -> Tensor:
        return self._sum / self.count

    @property
    def covariance(self) -> Tensor:
        return self._squares / self.count - self.mean[:, None] * self.mean


class LinearAutoencoder(nn.Module):
    """The undercomplete linear autoencoder of h float32 [n, size] with the least error, z shrunk."""

    mu: Tensor
    components: Tensor
    shrinkage: Tensor
    noise: Tensor

    def __init__(self, seen: Moments) -> None:
        super().__init__()
        variances, directions = torch.linalg.eigh(seen.covariance)
        noise = NOISE * variances.sum().clamp(min=LEAST_VARIANCE)
        latents = min(LATENTS, seen.count - 1, len(variances))
        shrinkage = 1 - (noise / (variances[-latents:].clamp(min=0) + noise)).sqrt()
        parts = {"mu": seen.mean, "components": directions[:, -latents:], "shrinkage": shrinkage, "noise": noise}
        for name, part in parts.items():
            self.register_buffer(name, rounded(part.float()))

    def encode(self, h: Tensor) -> Tensor:
        """z = f(h): [n, size] → [n, latents]."""
        return (h - self.mu) @ self.components

    def decode(self, z: Tensor) -> Tensor:
        """ĥ = g(z), with z shrunk: [n, latents] → [n, size]."""
        return self.mu + (z * self.shrinkage) @ self.components.T

    def forward(self, h: Tensor) -> Tensor:
        """‖h − ĥ‖² / (ε size): [n, size] → [n]."""
        return ((h - self.decode(self.encode(h))).square() / self.noise).mean(1)


class DetectorNetwork(nn.Module):
    """x float32 [n, channels, side, side] in 0..1 → heat float32 [n, PLACES, PLACES] ≥ 0, whose mean is the score."""

    def __init__(self, features: EdgeFeatures, images: Moments, places: Moments) -> None:
        super().__init__()
        self.features, self.image, self.place = features, LinearAutoencoder(images), LinearAutoencoder(places)

    def heat(self, h: Tensor, places: Tensor) -> Tensor:
        """Features [n, size, CELLS, CELLS] and [n, place_size, PLACES, PLACES] → heat [n, PLACES, PLACES]."""
        score = self.image(h.flatten(1))
        each = places.permute(0, 2, 3, 1)
        local = self.place(each.flatten(0, 2)).sqrt().view(-1, *each.shape[1:3])
        heat: Tensor = score[:, None, None] * local / local.mean((1, 2), keepdim=True).clamp(min=1e-6)
        return heat

    def forward(self, x: Tensor) -> Tensor:
        return self.heat(*self.features(x))


@torch.no_grad()
def fit_detector(features: EdgeFeatures, batches: Iterable[Tensor]) -> DetectorNetwork:
    """Fits a detector to good images, which come in ``batches`` of x. Raises DataError if they are all alike."""
    images, places = Moments(features.size * CELLS**2), Moments(features.place_size)
    for x in batches:
        h, each = features(x)
        images.add(h.flatten(1))
        places.add(each.permute(0, 2, 3, 1).flatten(0, 2))
    if images.covariance.trace() < LEAST_VARIANCE:
        raise DataError("the good images are all the same, light aside: nothing sets them apart from others")
    return DetectorNetwork(features, images, places).eval()

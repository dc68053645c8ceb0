"""An autoencoder of features that has seen good images only: what it cannot reconstruct of another is unusual.

f(h) = Vᵀ (h − μ) and g(z) = μ + V z, undercomplete and linear, have their least error in closed form: the columns of V
are the principal components of h (Baldi & Hornik 1989, "Neural networks and principal component analysis"). So a fit
takes one pass over the images, has no learning rate and no seed, and cannot diverge.

The error alone would pass what no good image is, if V can express it. Each number of the latent is therefore shrunk by
how usual its size is, with λ its variance over good images and ε that of noise:

    ĥ = μ + V (1 − √(ε / (λ + ε))) z        score = ‖h − ĥ‖² / (ε size CELLS²)

which is the reconstruction error and the latent's distance from the mean, Σ z² / (λ + ε) + ‖h − μ − V z‖² / ε, in one:
the Mahalanobis distance under probabilistic PCA (Tipping & Bishop 1999), with a part for each place in the image.
"""

import torch
from torch import Tensor, nn

from training.anomaly.features import CELLS, Features
from training.graphs import rounded

LATENTS = 256
"""At most so many numbers in z."""

NOISE = 1e-3
"""ε, of the variance of h altogether."""


class Detector(nn.Module):
    """x float32 [n, channels, side, side] in 0..1 → heat float32 [n, CELLS, CELLS] ≥ 0, whose mean is the score."""

    mu: Tensor
    components: Tensor
    shrinkage: Tensor
    noise: Tensor

    def __init__(self, features: Features, mu: Tensor, components: Tensor, shrinkage: Tensor, noise: Tensor) -> None:
        super().__init__()
        self.features = features
        self.register_buffer("mu", mu)
        self.register_buffer("components", components)
        self.register_buffer("shrinkage", shrinkage)
        self.register_buffer("noise", noise)

    def encode(self, h: Tensor) -> Tensor:
        """z = f(h): [n, size · CELLS²] → [n, latents]."""
        return (h - self.mu) @ self.components

    def decode(self, z: Tensor) -> Tensor:
        """ĥ = g(z), with z shrunk: [n, latents] → [n, size · CELLS²]."""
        return self.mu + (z * self.shrinkage) @ self.components.T

    def heat(self, h: Tensor) -> Tensor:
        """(h − ĥ)² / ε, the mean in each cell: [n, size · CELLS²] → [n, CELLS, CELLS]."""
        error = (h - self.decode(self.encode(h))).square() / self.noise
        return error.view(-1, self.features.size, CELLS, CELLS).mean(1)

    def forward(self, x: Tensor) -> Tensor:
        return self.heat(self.features(x).flatten(1))


def fit_detector(features: Features, h: Tensor) -> Detector:
    """The detector with the least error on features float32 [n, size · CELLS²] of good images."""
    exact = h.double()
    mu = exact.mean(0)
    variances, directions = torch.linalg.eigh((exact - mu).T @ (exact - mu) / len(h))
    noise = NOISE * variances.sum().clamp(min=1e-6)  # of images that are all the same there is no variance
    latents = min(LATENTS, len(h) - 1, h.shape[1])
    largest = variances[-latents:].clamp(min=0)
    shrinkage = 1 - (noise / (largest + noise)).sqrt()
    parts = (mu, directions[:, -latents:], shrinkage, noise)
    return Detector(features, *(rounded(part.float()) for part in parts)).eval()

"""Features to judge samples by: the Fréchet distance needs a network that knows the data set.

Inception, which FID proper uses, is trained on photographs; here it is the last hidden layer, 64 numbers, of a small
classifier of the same data set (784-512-64-10), trained for a few epochs from a fixed seed.
"""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from scipy.linalg import sqrtm
from torch import Tensor, nn

from training import data

EPOCHS = 4
BATCH = 256


class ClassifierFeatures(nn.Module):
    """x float [n, 1, 28, 28] in 0..1 → features [n, 64]."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 64), nn.ReLU())
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.body(x)
        return features


@cache
def load_features(dataset: str) -> ClassifierFeatures:
    """The features of a data set, trained at the first call (seconds)."""
    torch.manual_seed(0)
    split = data.load(dataset, train=True)
    network = ClassifierFeatures()
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    with torch.enable_grad():
        for _ in range(EPOCHS):
            for chosen in torch.randperm(len(split.images)).split(BATCH):
                logits = network.head(network(split.images[chosen].float() / 255))
                loss = F.cross_entropy(logits, split.labels[chosen].long())
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    return network.eval()


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """‖μ_a − μ_b‖² + tr(Σ_a + Σ_b − 2(Σ_a Σ_b)^½) of features [n, d] (Heusel et al., 2017)."""
    first, second = (np.asarray(each, np.float64) for each in (a, b))
    covariances = np.cov(first.T), np.cov(second.T)
    root = sqrtm(covariances[0] @ covariances[1]).real
    distance = np.square(first.mean(0) - second.mean(0)).sum()
    return float(distance + np.trace(covariances[0] + covariances[1] - 2 * root))

"""The detectors that are compared: how each is fitted on good images, and how it scores others."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from torch import nn

from hourglass.imaging import Picture, Pixels, stretched
from hourglass.models.levels import to_input
from hourglass.models.runtime import Array, Graph
from training.anomaly.detector import DetectorNetwork, Moments
from training.anomaly.features import CELLS, EdgeFeatures
from training.anomaly.fit import make_graph
from training.anomaly.folder import square_side

Scores = NDArray[np.float64]
TOGETHER = 64
"""Images that go through a network at once."""

MOST_SIDE = 64
"""Pixels a side, at most, of the images of contenders that work on pixels."""

NEIGHBOURS = 5
COMPONENTS = 32
HIDDEN, LATENTS = 512, 32
EPOCHS, LEAST_STEPS, BATCH, RATE, SEED = 40, 1000, 128, 1e-3, 0


class Contender(Protocol):
    """Finds unusual images. ``says`` are its settings, for the reader. Images are uint8 [height, width, 1]."""

    @property
    def name(self) -> str: ...
    @property
    def says(self) -> str: ...

    def fit(self, images: Sequence[Pixels]) -> None:
        """Learns what is usual, from good images alone, and forgets what was learnt before."""

    def score(self, images: Sequence[Pixels]) -> Scores:
        """[n], the higher the more unusual."""


class Hourglass:
    """As ``python -m training fit anomaly`` fits it and the service runs it, but no image is held out for the scale."""

    name = "Hourglass"
    says = "features, then linear autoencoders of them; exported, scored by onnxruntime on one thread"

    def fit(self, images: Sequence[Pixels]) -> None:
        self._side = square_side(_usual_side(images))
        self._graph = Graph(make_graph(_detector(images, EdgeFeatures(1, self._side))), "cpu")

    def score(self, images: Sequence[Pixels]) -> Scores:
        return np.asarray(self.heat(images).mean((1, 2)), np.float64)

    def heat(self, images: Sequence[Pixels]) -> Array:
        """[n, places, places], the higher the more unusual in this place."""
        return np.concatenate([self._graph(x) for x in _batches(images, self._side)])


class FeatureNeighbours:
    """Hourglass's features, without its autoencoders."""

    name = "Neighbours by features"
    says = f"Hourglass's features; mean distance to the {NEIGHBOURS} nearest that were fitted, scikit-learn"

    def fit(self, images: Sequence[Pixels]) -> None:
        self._features = EdgeFeatures(1, square_side(_usual_side(images)))
        fitted = _features(images, self._features).numpy()
        self._nearest = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(images)), algorithm="brute").fit(fitted)

    def score(self, images: Sequence[Pixels]) -> Scores:
        distances, _ = self._nearest.kneighbors(_features(images, self._features).numpy())
        return np.asarray(distances.mean(1), np.float64)


class PixelNeighbours:
    """The distance to the nearest good image."""

    name = "Neighbour by pixels"
    says = "distance to the nearest that was fitted, scikit-learn"

    def fit(self, images: Sequence[Pixels]) -> None:
        self._side = _pixel_side(images)
        self._nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(_rows(images, self._side))

    def score(self, images: Sequence[Pixels]) -> Scores:
        distances, _ = self._nearest.kneighbors(_rows(images, self._side))
        return np.asarray(distances[:, 0], np.float64)


class PcaResidual:
    """Principal components: the linear autoencoder, of pixels."""

    name = "PCA of pixels"
    says = f"scikit-learn, {COMPONENTS} components; mean squared error of the reconstruction"

    def fit(self, images: Sequence[Pixels]) -> None:
        self._side = _pixel_side(images)
        self._pca = PCA(min(COMPONENTS, len(images) - 1), random_state=SEED).fit(_rows(images, self._side))

    def score(self, images: Sequence[Pixels]) -> Scores:
        x = _rows(images, self._side)
        x_hat = self._pca.inverse_transform(self._pca.transform(x))
        return np.asarray(np.square(x - x_hat).mean(1), np.float64)


class PlainAutoencoder:
    """The autoencoder that one would try first."""

    name = "Autoencoder of pixels"
    says = (
        f"PyTorch; dense, n-{HIDDEN}-{HIDDEN}-{LATENTS}-{HIDDEN}-{HIDDEN}-n with ReLU, Adam at {RATE:g}, batches of "
        f"{BATCH}, {EPOCHS} epochs, or as many as make {LEAST_STEPS:,} steps; mean squared error"
    )

    def fit(self, images: Sequence[Pixels]) -> None:
        self._side = _pixel_side(images)
        x = torch.from_numpy(_rows(images, self._side))
        random = torch.Generator().manual_seed(SEED)
        self._network = _dense(x.shape[1], random)
        optimiser = torch.optim.Adam(self._network.parameters(), RATE, fused=True)
        for _ in range(max(EPOCHS, math.ceil(LEAST_STEPS / math.ceil(len(x) / BATCH)))):
            for batch in x[torch.randperm(len(x), generator=random)].split(BATCH):
                optimiser.zero_grad()
                F.mse_loss(self._network(batch), batch).backward()
                optimiser.step()

    @torch.no_grad()
    def score(self, images: Sequence[Pixels]) -> Scores:
        x = torch.from_numpy(_rows(images, self._side))
        return np.asarray((self._network(x) - x).square().mean(1), np.float64)


def contenders() -> tuple[Contender, ...]:
    """All that are compared, Hourglass first."""
    return Hourglass(), FeatureNeighbours(), PixelNeighbours(), PcaResidual(), PlainAutoencoder()


def _dense(size: int, random: torch.Generator) -> nn.Sequential:
    """The network. Its weights are drawn as PyTorch does, but from ``random``."""
    sizes = (size, HIDDEN, HIDDEN, LATENTS, HIDDEN, HIDDEN, size)
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        linear = nn.Linear(inputs, outputs)
        for parameter in linear.parameters():
            nn.init.uniform_(parameter, -(inputs**-0.5), inputs**-0.5, generator=random)
        layers += [linear] if outputs == LATENTS else [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _usual_side(images: Sequence[Pixels]) -> float:
    return sorted(math.sqrt(image.shape[0] * image.shape[1]) for image in images)[len(images) // 2]


def _pixel_side(images: Sequence[Pixels]) -> int:
    return min(MOST_SIDE, round(_usual_side(images)))


def _batches(images: Sequence[Pixels], side: int) -> Iterator[Array]:
    """x, float32 [n, 1, side, side] in 0..1."""
    for first in range(0, len(images), TOGETHER):
        batch = images[first : first + TOGETHER]
        yield to_input(np.stack([stretched(Picture(image), 1, side)[0] for image in batch]))


def _rows(images: Sequence[Pixels], side: int) -> Array:
    """float32 [n, side²] in 0..1."""
    return np.concatenate([x.reshape(len(x), -1) for x in _batches(images, side)])


@torch.no_grad()
def _features(images: Sequence[Pixels], features: EdgeFeatures) -> torch.Tensor:
    """h of whole images, float32 [n, size · CELLS²]."""
    return torch.cat([features(torch.from_numpy(x))[0].flatten(1) for x in _batches(images, features.side)])


@torch.no_grad()
def _detector(images: Sequence[Pixels], features: EdgeFeatures) -> DetectorNetwork:
    whole, places = Moments(features.size * CELLS**2), Moments(features.place_size)
    for x in _batches(images, features.side):
        h, each = features(torch.from_numpy(x))
        whole.add(h.flatten(1))
        places.add(each.permute(0, 2, 3, 1).flatten(0, 2))
    return DetectorNetwork(features, whole, places).eval()

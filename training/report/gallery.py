"""What pictures are drawn from: the installed models, and test images."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hourglass.imaging import Pixels
from hourglass.models.levels import to_input
from hourglass.models.runtime import Array
from hourglass.models.vector import VectorModel
from training.autoencoders import DATASETS

SHOWN = {"mnist": (3, 2, 1, 18, 4, 8, 11, 61), "fashion": (0, 1, 2, 8, 12, 13, 18, 19)}
"""Which test images are shown: the first ones of eight classes."""

COUNTED = 300
"""How many test images a curve is averaged over."""


@dataclass(frozen=True)
class Gallery:
    """The installed models by name, and the test images of a data set by its name, uint8 [n, 28, 28, 1]."""

    models: dict[str, VectorModel]
    images: Callable[[str], Pixels]

    def of(self, kind: str) -> Iterator[tuple[str, VectorModel]]:
        """The data sets that have a model of this type, and the model."""
        for dataset in DATASETS:
            if model := self.models.get(f"{dataset}-{kind}"):
                yield dataset, model

    def shown(self, dataset: str, count: int = 8) -> Array:
        """x of the test images that are shown, float32 [count, 1, 28, 28]."""
        return to_input(self.images(dataset)[list(SHOWN[dataset][:count])])

"""What makes models a family: how a run of one starts, and how it is exported and measured."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from training.batches import Batches
from training.loop import Recipe, Trainable


@dataclass(frozen=True)
class Folders:
    """``runs`` has the checkpoints, ``models`` the installed models, and ``images`` the photographs to train on."""

    runs: Path
    models: Path
    images: Path


class Family(ABC):
    """Models that the loop trains and that are made in the same way. Each method takes one of their ``names``."""

    names: ClassVar[tuple[str, ...]]

    takes_weights: ClassVar[bool] = False
    """Whether a run may begin with the weights of an installed model."""

    @abstractmethod
    def recipe(self, name: str) -> Recipe:
        """How the model is shaped and trained."""

    @abstractmethod
    def model(self, name: str) -> Trainable:
        """The untrained model, its weights drawn from torch's random state."""

    @abstractmethod
    def batches(self, name: str, images: Path) -> Batches:
        """What the model is trained on; if photographs, then the folder ``images``. Raises DataError without any."""

    @abstractmethod
    def export(self, name: str, folders: Folders) -> Path:
        """Writes the model from its checkpoint into ``folders.models``, without figures; returns its folder.

        Raises ExportError if there is no checkpoint, or if torch and onnxruntime compute something else.
        """

    @abstractmethod
    def evaluate(self, name: str, folders: Folders) -> dict[str, float]:
        """Measures the exported model, writes the figures into its manifest, and returns them by name."""

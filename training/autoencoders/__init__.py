"""The six classic types, one module each, and the twelve models: each type on each data set."""

from training.autoencoders.base import Autoencoder, AutoencoderRecipe
from training.autoencoders.contractive import Contractive
from training.autoencoders.denoising import Denoising
from training.autoencoders.overcomplete import Overcomplete
from training.autoencoders.sparse import Sparse
from training.autoencoders.undercomplete import Undercomplete
from training.autoencoders.variational import Variational

TYPES: dict[str, type[Autoencoder]] = {
    "undercomplete": Undercomplete,
    "overcomplete": Overcomplete,
    "sparse": Sparse,
    "denoising": Denoising,
    "variational": Variational,
    "contractive": Contractive,
}
DATASETS = ("mnist", "fashion")
NAMES = tuple(f"{dataset}-{kind}" for dataset in DATASETS for kind in TYPES)

__all__ = [
    "DATASETS",
    "NAMES",
    "TYPES",
    "Autoencoder",
    "AutoencoderRecipe",
    "Variational",
    "build",
    "recipe_of",
    "split_name",
]


def split_name(name: str) -> tuple[str, str]:
    """The data set and the type of a model: "mnist" and "sparse" of "mnist-sparse"."""
    dataset, _, kind = name.partition("-")
    return dataset, kind


def recipe_of(name: str) -> AutoencoderRecipe:
    """How the model called ``name`` is shaped and trained."""
    dataset, kind = split_name(name)
    return TYPES[kind].recipes[dataset]


def build(name: str) -> Autoencoder:
    """The untrained model called ``name``, its weights drawn from torch's random state."""
    _, kind = split_name(name)
    return TYPES[kind](recipe_of(name))

"""The six classic types, a file each, and the twelve models: each type on each data set."""

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

__all__ = ["DATASETS", "NAMES", "TYPES", "Autoencoder", "AutoencoderRecipe", "Variational", "build"]


def build(name: str) -> tuple[Autoencoder, AutoencoderRecipe, str]:
    """The untrained model called ``name``, such as "mnist-sparse", its recipe and its data set."""
    dataset, kind = name.split("-")
    recipe = TYPES[kind].recipes[dataset]
    return TYPES[kind](recipe), recipe, dataset

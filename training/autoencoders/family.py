"""The twelve models of 28×28 images, trained on the whole of MNIST or Fashion-MNIST."""

from pathlib import Path

from training import data
from training.autoencoders import NAMES, Autoencoder, AutoencoderRecipe, build, recipe_of, split_name
from training.autoencoders.export import export_model
from training.batches import Shuffled
from training.family import Family, Folders


class AutoencoderFamily(Family):
    """Each of the six types on each data set."""

    names = NAMES

    def recipe(self, name: str) -> AutoencoderRecipe:
        return recipe_of(name)

    def model(self, name: str) -> Autoencoder:
        return build(name)

    def batches(self, name: str, images: Path) -> Shuffled:
        dataset, _ = split_name(name)
        return Shuffled(data.load(dataset, train=True).images, recipe_of(name).batch)

    def export(self, name: str, folders: Folders) -> Path:
        return export_model(name, folders.runs, folders.models)

    def evaluate(self, name: str, folders: Folders) -> dict[str, float]:
        from training.autoencoders.evaluate import evaluate_model  # scikit-learn takes seconds to import

        return evaluate_model(name, folders.runs, folders.models)

"""The photo denoiser as the command trains it: on photographs from a folder, and on these at half their size."""

from pathlib import Path

from training.batches import Crops
from training.denoiser.denoiser import DenoiserRecipe, PhotoDenoiser
from training.denoiser.evaluate import evaluate_denoiser
from training.denoiser.export import export_denoiser
from training.family import Family, Folders
from training.photos import find_photos, load_photos, split_photos, with_halves


class DenoiserFamily(Family):
    """One model."""

    names = (PhotoDenoiser.name,)
    takes_weights = True

    def recipe(self, name: str) -> DenoiserRecipe:
        return DenoiserRecipe()

    def model(self, name: str) -> PhotoDenoiser:
        return PhotoDenoiser(DenoiserRecipe())

    def batches(self, name: str, images: Path) -> Crops:
        recipe = DenoiserRecipe()
        photos, _ = split_photos(find_photos(images))
        return Crops(with_halves(load_photos(photos, recipe.crop), recipe.crop), recipe.batch, recipe.crop)

    def export(self, name: str, folders: Folders) -> Path:
        return export_denoiser(folders.runs, folders.models, folders.images)

    def evaluate(self, name: str, folders: Folders) -> dict[str, float]:
        return evaluate_denoiser(folders.models, folders.images)

"""The photo codec as the command trains it: on photographs from a folder, and on graphics."""

from pathlib import Path

from training.codec.codec import CodecRecipe, PhotoCodec
from training.codec.evaluate import evaluate_codec
from training.codec.export import export_codec
from training.codec.material import GRAPHICS, GRAPHICS_SIDE, Material
from training.family import Family, Folders
from training.graphics import draw_graphics
from training.photos import find_photos, load_photos, split_photos


class CodecFamily(Family):
    """One model."""

    names = (PhotoCodec.name,)
    takes_weights = True

    def recipe(self, name: str) -> CodecRecipe:
        return CodecRecipe()

    def model(self, name: str) -> PhotoCodec:
        return PhotoCodec(CodecRecipe())

    def batches(self, name: str, images: Path) -> Material:
        recipe = CodecRecipe()
        photos, _ = split_photos(find_photos(images))
        graphics = draw_graphics(GRAPHICS, GRAPHICS_SIDE)
        return Material(load_photos(photos, recipe.crop), graphics, recipe.batch, recipe.crop)

    def export(self, name: str, folders: Folders) -> Path:
        return export_codec(folders.runs, folders.models, folders.images)

    def evaluate(self, name: str, folders: Folders) -> dict[str, float]:
        return evaluate_codec(folders.models, folders.images)

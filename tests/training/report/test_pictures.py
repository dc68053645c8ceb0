"""The pictures: which are drawn, and that they show what the models do."""

from pathlib import Path

import numpy as np

from hourglass.models.vector import VectorModel
from tests.conftest import MODELS
from training.report.gallery import Gallery
from training.report.pictures import ATOMS, _atoms, _corrupted, draw_pictures


def test_only_pictures_whose_models_are_installed_are_drawn(gallery: Gallery, tmp_path: Path) -> None:
    drawn = draw_pictures(gallery, tmp_path / "pictures")
    assert drawn == {"reconstructions-fashion", "undercomplete", "contractive", "anomaly", "rate"}
    assert {path.stem for path in (tmp_path / "pictures").iterdir()} == drawn
    assert draw_pictures(Gallery({}, gallery.images), tmp_path / "none") == set()


def test_atoms_are_those_of_the_dictionary() -> None:
    model = VectorModel.open(MODELS / "fashion-sparse", "cpu")
    chosen = np.arange(ATOMS)
    atoms = _atoms(model, chosen)
    assert atoms.shape == (ATOMS, 28, 28)
    ground, gray = model.g(np.zeros((1, model.latent_size), np.float32)), np.float32(0.5)
    for k, atom in zip(chosen, atoms, strict=True):
        step = np.zeros((1, model.latent_size), np.float32)
        step[0, k] = 0.1
        change = (model.g(step) - ground)[0, 0] / np.float32(0.1)
        free = (ground[0, 0] > 0.15) & (ground[0, 0] < 0.85) & (np.abs(change) < gray)  # the rest is clipped
        assert np.abs(atom - change)[free].max() < 2e-2


def test_corruptions_are_the_same_in_every_run(gallery: Gallery) -> None:
    x = gallery.shown("fashion", 1)[0]
    first, again = _corrupted(x), _corrupted(x)
    assert np.array_equal(first, again)
    errors = np.square(first - x).mean((1, 2, 3))
    assert (np.diff(errors[:4]) > 0).all() and (np.diff(errors[4:]) > 0).all()

"""The pictures of docs/: what the installed models make of test images, with the graphs that the service runs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hourglass.models.runtime import Array
from hourglass.models.vector import VectorModel, squared_error, walk
from training.autoencoders import TYPES
from training.autoencoders.denoising import add_noise, mask
from training.data import title
from training.report import curves
from training.report.gallery import COUNTED, Gallery
from training.report.sheet import DPI, Cell, Row, gray, heat, sheet, signed

SEED = 0
NOISES = (0.1, 0.25, 0.5, 0.8)
MASKS = (0.25, 0.5, 0.75)
ATOMS = 5


def draw_pictures(gallery: Gallery, folder: Path) -> set[str]:
    """Writes into ``folder`` every picture whose models are installed; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {name: figure for name, make in PICTURES.items() if (figure := make(gallery))}
    for name, figure in drawn.items():
        # matplotlib would sign the file with its version, and every upgrade would change every picture.
        figure.savefig(folder / f"{name}.png", dpi=DPI, metadata={"Software": None}, pil_kwargs={"optimize": True})
    return set(drawn)


def _sheet_or_none(rows: list[Row], columns: tuple[str, ...] = ()) -> Figure | None:
    return sheet(rows, columns) if rows else None


def _grays(images: Array) -> list[Cell]:
    return [gray(image[0]) for image in images]


def reconstructions(gallery: Gallery, dataset: str) -> Figure | None:
    """Test images, and x̂ of each type."""
    x = gallery.shown(dataset)
    named = ((kind, gallery.models.get(f"{dataset}-{kind}")) for kind in TYPES)
    rows = [Row(kind, _grays(model.g(model.f(x)))) for kind, model in named if model]
    return _sheet_or_none([Row("original", _grays(x), gap=True), *rows] if rows else [])


def undercomplete(gallery: Gallery) -> Figure | None:
    """The hourglass: x, the 32 numbers of z, and x̂."""
    rows = []
    for dataset, model in gallery.of("undercomplete"):
        x = gallery.shown(dataset)
        z = model.f(x)
        spread = model.encode_pixels(gallery.images(dataset)[:COUNTED]).std(axis=0)
        blocks = (np.repeat(np.repeat((each / spread).reshape(8, 4), 3, axis=0), 7, axis=1) for each in z)
        rows += [
            Row(f"{title(dataset)}, $x$", _grays(x)),
            Row("$z$, 32 numbers", [signed(block, 3) for block in blocks]),
            Row(r"$\hat{x}$", _grays(model.g(z)), gap=True),
        ]
    return _sheet_or_none(rows)


def overcomplete(gallery: Gallery) -> Figure | None:
    """An image that is reconstructed, and one of pure noise that is not."""
    rows = []
    for dataset, model in gallery.of("overcomplete"):
        noise = np.random.default_rng(SEED).random((1, 1, 28, 28), np.float32)
        cells: list[Cell] = []
        captions = []
        for x in (gallery.shown(dataset, 1), noise):
            x_hat = model.g(model.f(x))
            error = squared_error(x, x_hat)[0]
            cells += [gray(x[0, 0]), gray(x_hat[0, 0]), heat(error), None]
            captions += ["", "", f"MSE {error.mean():.4f}", ""]
        rows.append(Row(title(dataset), cells[:-1], captions[:-1]))
    return _sheet_or_none(rows, ("$x$", r"$\hat{x}$", "error", "", "noise $x$", r"$\hat{x}$", "error"))


def sparse(gallery: Gallery) -> Figure | None:
    """Images, the atoms they use most, what these alone add up to, and x̂."""
    rows = []
    for dataset, model in gallery.of("sparse"):
        for x in gallery.shown(dataset, 3):
            z = model.f(x[None])[0]
            largest = np.argsort(-z)[:ATOMS]
            few = np.where(np.isin(np.arange(len(z)), largest), z, 0)
            of_few, of_all = model.g(np.stack([few, z]).astype(np.float32))
            cells = [gray(x[0]), *(signed(atom, np.abs(atom).max()) for atom in _atoms(model, largest))]
            captions = ["", *(f"× {z[i]:.1f}" for i in largest), "", f"{np.count_nonzero(z)} of {len(z)}"]
            rows.append(Row(title(dataset), [*cells, gray(of_few[0]), gray(of_all[0])], captions))
    columns = ("$x$", *(f"atom {i + 1}" for i in range(ATOMS)), "these five", r"all: $\hat{x}$")
    return _sheet_or_none(rows, columns)


def _atoms(model: VectorModel, chosen: NDArray[np.intp]) -> Array:
    """w_k, [n, 28, 28], from the graph: what one unit of z_k changes in g(0).

    Black is the bottom of the scale, so taking away from it shows nothing: what a part takes away is seen by
    subtracting the part, hence the larger of the two changes.
    """
    unit = np.eye(model.manifest.latent.size, dtype=np.float32)[chosen]
    ground = model.g(np.zeros_like(unit[:1]))
    added, taken = model.g(unit) - ground, ground - model.g(-unit)
    return np.asarray(np.where(np.abs(added) > np.abs(taken), added, taken)[:, 0])


def denoising(gallery: Gallery) -> Figure | None:
    """Corrupted and cleaned, at every strength."""
    rows = []
    for dataset, model in gallery.of("denoising"):
        for x in gallery.shown(dataset, 2):
            x_tilde = _corrupted(x)
            x_hat = model.g(model.f(x_tilde))
            rows += [
                Row(f"{title(dataset)}, " r"$\tilde{x}$", [gray(x[0]), *_grays(x_tilde)]),
                Row(r"$\hat{x}$", [None, *_grays(x_hat)], gap=True),
            ]
    columns = ("clean $x$", *(f"σ = {sigma:g}" for sigma in NOISES), *(f"mask {share:.0%}" for share in MASKS))
    return _sheet_or_none(rows, columns)


def _corrupted(x: Array) -> Array:
    clean = torch.from_numpy(x[None])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        noisy = [add_noise(clean, sigma) for sigma in NOISES]
        masked = [mask(clean, share) for share in MASKS]
    return np.asarray(torch.cat(noisy + masked).numpy())


def samples(gallery: Gallery) -> Figure | None:
    """x̂ = g(z) of z drawn from N(0, I)."""
    rows = []
    for dataset, model in gallery.of("variational"):
        drawn = _grays(model.g(model.draw(32, SEED, 1.0)))
        rows += [Row(title(dataset) if i == 0 else "", drawn[i : i + 8], gap=i == 24) for i in range(0, 32, 8)]
    return _sheet_or_none(rows)


def walks(gallery: Gallery) -> Figure | None:
    """Straight lines through z between two test images."""
    rows = []
    for dataset, model in gallery.of("variational"):
        x = gallery.shown(dataset)
        z = model.f(x)
        for start, end in ((0, 1), (2, 3), (4, 5)):
            between = _grays(model.g(walk(z[start], z[end], 6)))
            rows.append(Row(title(dataset), [gray(x[start, 0]), *between, gray(x[end, 0])]))
    return _sheet_or_none(rows, ("real", "0 %", "20 %", "40 %", "60 %", "80 %", "100 %", "real"))


def anomaly(gallery: Gallery) -> Figure | None:
    """Garments and digits, scored by a model that has seen garments only."""
    if not (model := gallery.models.get("fashion-undercomplete")):
        return None
    x = np.concatenate([gallery.shown("fashion", 4), gallery.shown("mnist", 4)])
    x_hat = model.g(model.f(x))
    errors = squared_error(x, x_hat)
    threshold = model.manifest.anomaly.threshold()
    rows = [
        Row("$x$", _grays(x)),
        Row(r"$\hat{x}$", _grays(x_hat)),
        Row(
            f"error; alarm\nabove {threshold:.4f}",
            [heat(error) for error in errors],
            [f"{error.mean():.4f}" for error in errors],
        ),
    ]
    return sheet(rows, ("garment",) * 4 + ("digit",) * 4)


PICTURES: dict[str, Callable[[Gallery], Figure | None]] = {
    "reconstructions-mnist": lambda gallery: reconstructions(gallery, "mnist"),
    "reconstructions-fashion": lambda gallery: reconstructions(gallery, "fashion"),
    "undercomplete": undercomplete,
    "overcomplete": overcomplete,
    "sparse": sparse,
    "denoising": denoising,
    "samples": samples,
    "walks": walks,
    "contractive": curves.contractive,
    "anomaly": anomaly,
    "rate": curves.rate,
}

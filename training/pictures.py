"""The pictures of docs/: what the installed models do with test images, by the graphs that the service runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from service.imaging import Pixels
from service.repository import Model, to_input
from service.runtime import Array
from service.tasks.anomaly import squared_error
from service.tasks.decode import decompress
from service.tasks.encode import DEFAULT_QUALITY, compress
from service.tasks.sample import draw, walk
from training import data
from training.autoencoders import DATASETS, TYPES
from training.autoencoders.denoising import add_noise, mask
from training.sheet import DPI, Cell, Row, gray, heat, sheet, signed

SEED = 0
SHOWN = {"mnist": (3, 2, 1, 18, 4, 8, 11, 61), "fashion": (0, 1, 2, 8, 12, 13, 18, 19)}
"""Which test images are shown: the first ones of eight classes."""

COUNTED = 300
"""Over how many test images a curve is averaged."""

QUALITIES = (5, 15, 25, 35, 45, 50, 55, 65, 75, 85, 95)
NOISES = (0.1, 0.25, 0.5, 0.8)
MASKS = (0.25, 0.5, 0.75)
DRIFTS = np.linspace(0, 0.5, 11)
ATOMS = 5
COLOURS = {"mnist": "#1f6fb4", "fashion": "#c8500a", "undercomplete": "#c8500a", "contractive": "#1f6fb4"}


@dataclass(frozen=True)
class Gallery:
    """What there is to draw with: installed models by name, and test images of a data set, uint8 [n, 28, 28, 1]."""

    models: dict[str, Model]
    images: Callable[[str], Pixels]

    def of(self, kind: str) -> Iterator[tuple[str, Model]]:
        """The data sets that have a model of this type, and the model."""
        for dataset in DATASETS:
            if model := self.models.get(f"{dataset}-{kind}"):
                yield dataset, model

    def shown(self, dataset: str, count: int = 8) -> Array:
        """x of the test images that are shown, float32 [count, 1, 28, 28]."""
        return to_input(self.images(dataset)[list(SHOWN[dataset][:count])])


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


def _title(dataset: str) -> str:
    return data.SOURCES[dataset].title


def _grays(images: Array) -> list[Cell]:
    return [gray(image[0]) for image in images]


def reconstructions(gallery: Gallery, dataset: str) -> Figure | None:
    """Test images, and x̂ of each type."""
    x = gallery.shown(dataset)
    named = ((kind, gallery.models.get(f"{dataset}-{kind}")) for kind in TYPES)
    rows = [Row(kind, _grays(model.decoder(model.encoder(x)))) for kind, model in named if model]
    return _sheet_or_none([Row("original", _grays(x), gap=True), *rows] if rows else [])


def undercomplete(gallery: Gallery) -> Figure | None:
    """The hourglass: x, the 32 numbers of z, and x̂."""
    rows = []
    for dataset, model in gallery.of("undercomplete"):
        x = gallery.shown(dataset)
        z = model.encoder(x)
        spread = model.encode(gallery.images(dataset)[:COUNTED]).std(axis=0)
        blocks = (np.repeat(np.repeat((each / spread).reshape(8, 4), 3, axis=0), 7, axis=1) for each in z)
        rows += [
            Row(f"{_title(dataset)}, $x$", _grays(x)),
            Row("$z$, 32 numbers", [signed(block, 3) for block in blocks]),
            Row(r"$\hat{x}$", _grays(model.decoder(z)), gap=True),
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
            x_hat = model.decoder(model.encoder(x))
            error = squared_error(x[0], x_hat[0])
            cells += [gray(x[0, 0]), gray(x_hat[0, 0]), heat(error), None]
            captions += ["", "", f"MSE {error.mean():.4f}", ""]
        rows.append(Row(_title(dataset), cells[:-1], captions[:-1]))
    return _sheet_or_none(rows, ("$x$", r"$\hat{x}$", "error", "", "noise $x$", r"$\hat{x}$", "error"))


def sparse(gallery: Gallery) -> Figure | None:
    """Images, the atoms they use most, what these alone add up to, and x̂."""
    rows = []
    for dataset, model in gallery.of("sparse"):
        for x in gallery.shown(dataset, 3):
            z = model.encoder(x[None])[0]
            largest = np.argsort(-z)[:ATOMS]
            few = np.where(np.isin(np.arange(len(z)), largest), z, 0)
            of_few, of_all = model.decoder(np.stack([few, z]).astype(np.float32))
            cells = [gray(x[0]), *(signed(atom, np.abs(atom).max()) for atom in _atoms(model, largest))]
            captions = ["", *(f"× {z[i]:.1f}" for i in largest), "", f"{np.count_nonzero(z)} of {len(z)}"]
            rows.append(Row(_title(dataset), [*cells, gray(of_few[0]), gray(of_all[0])], captions))
    columns = ("$x$", *(f"atom {i + 1}" for i in range(ATOMS)), "these five", r"all: $\hat{x}$")
    return _sheet_or_none(rows, columns)


def _atoms(model: Model, chosen: NDArray[np.intp]) -> Array:
    """w_k, [n, 28, 28], from the graph: what one unit of z_k changes in g(0).

    Black is the bottom of the scale, so taking away from it shows nothing: what a part takes away is seen by
    subtracting the part, hence the larger of the two changes.
    """
    unit = np.eye(model.manifest.latent.size, dtype=np.float32)[chosen]
    ground = model.decoder(np.zeros_like(unit[:1]))
    added, taken = model.decoder(unit) - ground, ground - model.decoder(-unit)
    return np.asarray(np.where(np.abs(added) > np.abs(taken), added, taken)[:, 0])


def denoising(gallery: Gallery) -> Figure | None:
    """Corrupted and cleaned, at every strength."""
    rows = []
    for dataset, model in gallery.of("denoising"):
        for x in gallery.shown(dataset, 2):
            x_tilde = _corrupted(x)
            x_hat = model.decoder(model.encoder(x_tilde))
            rows += [
                Row(f"{_title(dataset)}, " r"$\tilde{x}$", [gray(x[0]), *_grays(x_tilde)]),
                Row(r"$\hat{x}$", [None, *_grays(x_hat)], gap=True),
            ]
    columns = ("clean $x$", *(f"σ = {sigma:g}" for sigma in NOISES), *(f"{share:.0%} masked" for share in MASKS))
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
        drawn = _grays(model.decoder(draw(model, 32, SEED, 1.0)))
        rows += [Row(_title(dataset) if i == 0 else "", drawn[i : i + 8], gap=i == 24) for i in range(0, 32, 8)]
    return _sheet_or_none(rows)


def walks(gallery: Gallery) -> Figure | None:
    """Straight lines through z between two test images."""
    rows = []
    for dataset, model in gallery.of("variational"):
        x = gallery.shown(dataset)
        z = model.encoder(x)
        for start, end in ((0, 1), (2, 3), (4, 5)):
            between = _grays(model.decoder(walk(z[start], z[end], 6)))
            rows.append(Row(_title(dataset), [gray(x[start, 0]), *between, gray(x[end, 0])]))
    return _sheet_or_none(rows, ("real", "0 %", "20 %", "40 %", "60 %", "80 %", "100 %", "real"))


def contractive(gallery: Gallery) -> Figure | None:
    """How far z moves when noise is added to x, beside the undercomplete type."""
    pairs = [
        (dataset, {"undercomplete": plain, "contractive": model})
        for dataset, model in gallery.of("contractive")
        if (plain := gallery.models.get(f"{dataset}-undercomplete"))
    ]
    if not pairs:
        return None
    figure = Figure(figsize=(4 * len(pairs), 3.2), layout="constrained")
    for axes, (dataset, models) in zip(figure.subplots(1, len(pairs), squeeze=False)[0], pairs, strict=True):
        x = to_input(gallery.images(dataset)[:COUNTED])
        for kind, model in models.items():
            moves = _drift(model, x)
            axes.plot(DRIFTS, moves, color=COLOURS[kind])
            axes.annotate(kind, (0.3, np.interp(0.3, DRIFTS, moves)), (6, -12), textcoords="offset points")
        _dress(axes, _title(dataset), "noise σ added to x", "z moves by, in its own spread")
        axes.set_ylim(0)
    return figure


def _drift(model: Model, x: Array) -> list[float]:
    z = model.encoder(x)
    spread = np.sqrt(z.var(axis=0).sum())
    noise = np.random.default_rng(SEED).standard_normal(x.shape, np.float32)
    return [
        float(np.linalg.norm(model.encoder(x + np.float32(sigma) * noise) - z, axis=1).mean() / spread)
        for sigma in DRIFTS
    ]


def anomaly(gallery: Gallery) -> Figure | None:
    """Garments and digits, scored by a model that has seen garments only."""
    if not (model := gallery.models.get("fashion-undercomplete")):
        return None
    x = np.concatenate([gallery.shown("fashion", 4), gallery.shown("mnist", 4)])
    x_hat = model.decoder(model.encoder(x))
    errors = [squared_error(*pair) for pair in zip(x, x_hat, strict=True)]
    limits = model.manifest.anomaly
    threshold = np.quantile(limits.quantiles, 1 - limits.false_alarm_rate)
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


def rate(gallery: Gallery) -> Figure | None:
    """Bytes of the whole file against its error, over quality."""
    models = list(gallery.of("undercomplete"))
    if not models:
        return None
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for dataset, model in models:
        x = gallery.images(dataset)[:COUNTED]
        z = model.encode(x)
        points = [_rate_point(model, to_input(x), z, quality) for quality in QUALITIES]
        axes.plot(*zip(*points, strict=True), ".-", color=COLOURS[dataset])
        axes.annotate(_title(dataset), points[-1], (0, 8), textcoords="offset points", color=COLOURS[dataset])
        for quality in (QUALITIES[0], DEFAULT_QUALITY, QUALITIES[-1]):
            label = f"quality {quality}" if quality == DEFAULT_QUALITY else f"{quality}"
            axes.annotate(label, points[QUALITIES.index(quality)], (-3, -12), textcoords="offset points", fontsize=8)
    _dress(axes, "", "bytes an image, header included", "mean squared error")
    return figure


def _rate_point(model: Model, x: Array, z: Array, quality: int) -> tuple[float, float]:
    files = [compress(model, each, quality) for each in z]
    back = np.stack([decompress(lambda _: model, file)[1] for file in files])
    return float(np.mean([len(file) for file in files])), float(np.square(x - model.decoder(back)).mean())


def _dress(axes: Axes, title: str, across: str, up: str) -> None:
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)


PICTURES: dict[str, Callable[[Gallery], Figure | None]] = {
    "reconstructions-mnist": lambda gallery: reconstructions(gallery, "mnist"),
    "reconstructions-fashion": lambda gallery: reconstructions(gallery, "fashion"),
    "undercomplete": undercomplete,
    "overcomplete": overcomplete,
    "sparse": sparse,
    "denoising": denoising,
    "samples": samples,
    "walks": walks,
    "contractive": contractive,
    "anomaly": anomaly,
    "rate": rate,
}

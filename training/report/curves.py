"""The pictures of docs/ that are curves."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from hourglass.bitstream.container import Container
from hourglass.models.installed import DEFAULT_QUALITY
from hourglass.models.levels import to_input
from hourglass.models.runtime import Array
from hourglass.models.vector import VectorModel
from training.data import title
from training.report.gallery import COUNTED, Gallery

SEED = 0
QUALITIES = (5, 15, 25, 35, 45, 50, 55, 65, 75, 85, 95)
NOISES = np.linspace(0, 0.5, 11)
BLUE, ORANGE = "#1f6fb4", "#c8500a"
COLOURS = {"mnist": BLUE, "fashion": ORANGE, "contractive": BLUE, "undercomplete": ORANGE}


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
            axes.plot(NOISES, _drift(model, x), color=COLOURS[kind], label=kind)
        _dress(axes, title(dataset), "noise σ added to x", "z moves by, in its spread")
        axes.set_ylim(0)
        axes.legend(frameon=False)
    return figure


def _drift(model: VectorModel, x: Array) -> list[float]:
    z = model.f(x)
    spread = np.sqrt(z.var(axis=0).sum())
    noise = np.random.default_rng(SEED).standard_normal(x.shape, np.float32)
    return [
        float(np.linalg.norm(model.f(x + np.float32(sigma) * noise) - z, axis=1).mean() / spread) for sigma in NOISES
    ]


def rate(gallery: Gallery) -> Figure | None:
    """Bytes of the whole file against its error, over quality."""
    models = list(gallery.of("undercomplete"))
    if not models:
        return None
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for dataset, model in models:
        x = gallery.images(dataset)[:COUNTED]
        z = model.encode_pixels(x)
        points = [_rate_point(model, to_input(x), z, quality) for quality in QUALITIES]
        axes.plot(*zip(*points, strict=True), ".-", color=COLOURS[dataset], label=title(dataset))
        axes.plot(*points[QUALITIES.index(DEFAULT_QUALITY)], "o", ms=11, mfc="none", color=COLOURS[dataset])
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.legend(frameon=False)
    heading = f"quality {QUALITIES[0]} to {QUALITIES[-1]}; the ring is {DEFAULT_QUALITY}, the default"
    _dress(axes, heading, "bytes an image, header included", "mean squared error")
    return figure


def _rate_point(model: VectorModel, x: Array, z: Array, quality: int) -> tuple[float, float]:
    files = [model.compress(each, quality) for each in z]
    back = np.stack([model.decompress(Container.unpack(file)) for file in files])
    return float(np.mean([len(file) for file in files])), float(np.square(x - model.g(back)).mean())


def _dress(axes: Axes, heading: str, across: str, up: str) -> None:
    axes.set(title=heading, xlabel=across, ylabel=up)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)

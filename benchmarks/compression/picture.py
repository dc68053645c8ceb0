"""The picture of docs/compression.md: all curves."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from benchmarks.compression.contender import Hourglass
from benchmarks.compression.curves import Curve, extra_bits

DPI = 110
OURS = "#c8500a"
PEERS = ("#1f6fb4", "#3c8d40", "#7a4fa3", "#14787d")
PUBLISHED = ("#222222", "#8a8a8a", "#b59a2d", "#b56a8a", "#8fb8de", "#9ccc9c")
DASHES = ("--", ":")
RATES = (0.08, 4.0)


def draw(measured: Mapping[str, Curve], published: Mapping[str, Curve], anchor: str, path: Path) -> None:
    """Draws PSNR over bits per pixel and, if ``anchor`` was measured, what each takes beside it at equal PSNR.

    Measured curves have marks; published ones are thin and broken.
    """
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    psnr, beside = figure.subplots(1, 2)
    _psnr_axes(psnr)
    _beside_axes(beside, anchor)
    for name, curve, style in _styled(measured, published):
        psnr.plot(curve.bpp, curve.psnr_db, label=name, **style)
        if anchor in measured:
            beside.plot(*extra_bits(curve, measured[anchor]), **{**style, "marker": ""})
    figure.legend(*psnr.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    figure.savefig(path, dpi=DPI, metadata={"Software": None}, pil_kwargs={"optimize": True})


def _styled(
    measured: Mapping[str, Curve], published: Mapping[str, Curve]
) -> Iterator[tuple[str, Curve, dict[str, Any]]]:
    """Published curves first, to lie below; Hourglass in its colour, the others in those of their kind."""
    for place, (name, curve) in enumerate(published.items()):
        colour, dash = PUBLISHED[place % len(PUBLISHED)], DASHES[place // len(PUBLISHED) % len(DASHES)]
        yield f"{name}, published", curve, {"color": colour, "ls": dash, "lw": 1}
    peers = itertools.cycle(PEERS)
    for name, curve in measured.items():
        ours = name == Hourglass.name
        yield name, curve, {"color": OURS if ours else next(peers), "lw": 2.4 if ours else 1.4, "marker": "."}


def _psnr_axes(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlim(RATES)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("bits per pixel")
    axes.set_ylabel("PSNR, dB")
    _plain(axes)


def _beside_axes(axes: Axes, anchor: str) -> None:
    axes.set_xlabel("PSNR, dB")
    axes.set_ylabel(f"bits beside {anchor} at equal PSNR, %")
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)

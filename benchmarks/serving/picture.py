"""The picture of docs/performance.md."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from benchmarks.serving.bare import LOOPS
from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.results import CLIENTS, Results, Sample
from benchmarks.serving.summary import Summary

DPI = 110
OURS, BARE_COLOUR, PEER = "#c8500a", "#8a8a8a", "#1f6fb4"
SHADES = (1.0, 0.75, 0.5, 0.3)


def draw(summary: Summary, results: Results, path: Path) -> None:
    """Draws requests a second and median latency of every contender, a row of axes for each work."""
    figure = Figure(figsize=(10, 3.4 * len(results.works)), layout="constrained")
    rows = figure.subplots(len(results.works), 2, squeeze=False)
    for (rate, latency), work in zip(rows, results.works, strict=True):
        _bars(rate, summary, work, lambda sample: sample.rate, "requests a second")
        _bars(latency, summary, work, lambda sample: sample.p50_ms, "p50, ms")
        rate.set_title(results.works[work], loc="left", fontsize=9)
    figure.legend(*rows[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(path, dpi=DPI, metadata={"Software": None}, pil_kwargs={"optimize": True})


def _bars(axes: Axes, summary: Summary, work: str, figure: Callable[[Sample], float], up: str) -> None:
    """A group of bars for each load; whiskers reach from the least to the most."""
    names = summary.contenders(work)
    width = 0.8 / max(1, len(names))
    for place, (name, colour) in enumerate(zip(names, _colours(names), strict=True)):
        spreads = [summary.spread(work, name, clients, figure) for clients in CLIENTS]
        known = [(at, spread) for at, spread in enumerate(spreads) if spread]
        across = [at + (place - (len(names) - 1) / 2) * width for at, _ in known]
        heights = np.array([spread.median for _, spread in known])
        reach = np.array([(spread.median - spread.least, spread.most - spread.median) for _, spread in known])
        axes.bar(across, heights, width, yerr=reach.T, error_kw={"elinewidth": 0.7}, label=name, color=colour)
    axes.set_xticks(range(len(CLIENTS)), [f"{clients} client{'s' * (clients > 1)}" for clients in CLIENTS])
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel(up)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)


def _colours(names: list[str]) -> list[tuple[float, float, float, float]]:
    """Bare loops gray, Hourglass orange, peers blue; the later of a kind, the lighter."""
    kinds = [BARE_COLOUR if name in LOOPS else OURS if name == HOURGLASS.name else PEER for name in names]
    return [to_rgba(kind, SHADES[kinds[:place].count(kind)]) for place, kind in enumerate(kinds)]

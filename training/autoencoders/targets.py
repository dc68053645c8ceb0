"""The targets of the twelve models, and what they reached according to their manifests."""

import heapq
import math
from dataclasses import dataclass

from hourglass.models.manifest import VectorManifest
from training.autoencoders import DATASETS, NAMES
from training.data import title

JOBS = 2
"""How many models are trained at a time, each on one core."""

UNDERCOMPLETE_MSE = {"mnist": 0.0030, "fashion": 0.0065}
PCA_MSE = {"mnist": 0.01521, "fashion": 0.01449}
"""Of 32 principal components, clipped to 0..1, on the test images."""

NLL_NATS = 84.8
"""What an importance-weighted autoencoder with one stochastic layer and 50 draws reaches (Burda et al., 2016)."""

CODED_BYTES, CODED_MSE = 32, 0.0075
HOURS = 1


@dataclass(frozen=True)
class Figures:
    """The figures in the manifests. A figure that was not measured, or whose model is not installed, is NaN."""

    manifests: dict[str, VectorManifest]

    def get(self, name: str, metric: str) -> float:
        return self.manifests[name].metrics.get(metric, math.nan) if name in self.manifests else math.nan

    def hours(self) -> float:
        """Hours to train the twelve, ``JOBS`` at a time; NaN unless all are installed."""
        if set(NAMES) - set(self.manifests):
            return math.nan
        workers = [0.0] * JOBS
        for name in NAMES:
            heapq.heapreplace(workers, workers[0] + self.manifests[name].origin.seconds)
        return max(workers) / 3600


@dataclass(frozen=True)
class Target:
    """An aim, the figures reached and how to show them, and whether they meet it."""

    aim: str
    form: str
    reached: tuple[float, ...]
    met: bool

    @property
    def shown(self) -> str:
        return show(self.form, *self.reached)

    @property
    def verdict(self) -> str:
        if any(math.isnan(value) for value in self.reached):
            return "not measured"
        return "met" if self.met else "**missed**"


def show(form: str, *values: float) -> str:
    """The values in a format, or a dash if one of them is not known."""
    return "–" if any(math.isnan(value) for value in values) else form.format(*values)


def targets(figures: Figures) -> list[Target]:
    """Every target, for each data set that has it."""
    nll = figures.get("mnist-variational", "nll_nats")
    size, error = (figures.get("fashion-undercomplete", metric) for metric in ("coded_bytes", "coded_mse"))
    hours = figures.hours()
    return [
        *(target for dataset in DATASETS for target in _of_each(figures, dataset)),
        Target(
            f"MNIST, variational: below {NLL_NATS} nats, dynamically binarised", "{:.2f} nats", (nll,), nll < NLL_NATS
        ),
        Target(
            f"Fashion-MNIST, undercomplete, as coded: ≤ {CODED_BYTES} bytes at MSE ≤ {CODED_MSE:.4f}",
            "{:.1f} bytes at {:.5f}",
            (size, error),
            size <= CODED_BYTES and error <= CODED_MSE,
        ),
        Target(
            f"training all twelve: ≤ {HOURS} hour on {JOBS} cores, {JOBS} models at a time",
            "{:.0f} minutes",
            (60 * hours,),
            hours <= HOURS,
        ),
    ]


def _of_each(figures: Figures, dataset: str) -> list[Target]:
    def get(kind: str, metric: str) -> float:
        return figures.get(f"{dataset}-{kind}", metric)

    limit, pca = UNDERCOMPLETE_MSE[dataset], PCA_MSE[dataset]
    plain, active, sparse = get("undercomplete", "mse"), get("sparse", "active_share"), get("sparse", "mse")
    jacobian = get("contractive", "jacobian_relative") / get("undercomplete", "jacobian_relative")
    cost = get("contractive", "mse") / plain
    gain = get("denoising", "noise_0.5_gain_db")
    return [
        Target(
            f"{title(dataset)}, undercomplete: MSE ≤ {limit:.4f} with 32 numbers", "{:.5f}", (plain,), plain <= limit
        ),
        Target(
            f"{title(dataset)}, sparse: ≤ 10 % of units active at an MSE below PCA-32's {pca:.5f}",
            "{:.1%} at {:.5f}",
            (active, sparse),
            active <= 0.10 and sparse < pca,
        ),
        Target(f"{title(dataset)}, denoising: ≥ 8 dB gain at σ = 0.5", "{:.2f} dB", (gain,), gain >= 8),
        Target(
            f"{title(dataset)}, contractive: relative ‖J‖<sub>F</sub> ≤ 1/3 of undercomplete's at ≤ 1.25 times its MSE",
            "{:.3f} of it at {:.2f} times",
            (jacobian, cost),
            jacobian <= 1 / 3 and cost <= 1.25,
        ),
    ]

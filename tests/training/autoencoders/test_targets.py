import pytest

from hourglass.models.files import read_manifest
from hourglass.models.manifest import VectorManifest
from tests.conftest import MODELS
from training.autoencoders import NAMES
from training.autoencoders.targets import Figures, targets

AT_THE_LIMIT = {
    "mnist-undercomplete": {"mse": 0.0030, "jacobian_relative": 3.0},
    "fashion-undercomplete": {"mse": 0.0065, "jacobian_relative": 3.0, "coded_bytes": 32.0, "coded_mse": 0.0075},
    "mnist-sparse": {"mse": 0.01520, "active_share": 0.10},
    "fashion-sparse": {"mse": 0.01448, "active_share": 0.10},
    "mnist-denoising": {"noise_0.5_gain_db": 8.0},
    "fashion-denoising": {"noise_0.5_gain_db": 8.0},
    "mnist-variational": {"nll_nats": 84.79},
    "mnist-contractive": {"mse": 0.00374, "jacobian_relative": 1.0},
    "fashion-contractive": {"mse": 0.0081, "jacobian_relative": 1.0},
}


@pytest.fixture
def manifests() -> dict[str, VectorManifest]:
    """Twelve models that just meet every target, of ten minutes of training each."""
    real = read_manifest(MODELS / "fashion-undercomplete")
    assert isinstance(real, VectorManifest)
    origin = real.origin.model_copy(update={"seconds": 600.0})
    return {
        name: real.model_copy(update={"name": name, "origin": origin, "metrics": AT_THE_LIMIT.get(name, {})})
        for name in NAMES
    }


def verdicts(manifests: dict[str, VectorManifest]) -> list[str]:
    return [target.verdict for target in targets(Figures(manifests))]


def test_all_are_met_at_the_limit(manifests: dict[str, VectorManifest]) -> None:
    assert set(verdicts(manifests)) == {"met"}
    assert Figures(manifests).hours() == 1


@pytest.mark.parametrize(
    ("name", "metric", "worse"),
    [
        ("mnist-undercomplete", "mse", 0.00301),
        ("fashion-undercomplete", "mse", 0.00651),
        ("fashion-undercomplete", "coded_bytes", 32.1),
        ("fashion-undercomplete", "coded_mse", 0.00751),
        ("mnist-sparse", "mse", 0.01521),
        ("fashion-sparse", "active_share", 0.101),
        ("mnist-denoising", "noise_0.5_gain_db", 7.99),
        ("mnist-variational", "nll_nats", 84.8),
        ("fashion-contractive", "jacobian_relative", 1.01),
        ("mnist-contractive", "mse", 0.00376),
    ],
)
def test_one_figure_worse_is_one_target_missed(
    manifests: dict[str, VectorManifest], name: str, metric: str, worse: float
) -> None:
    metrics = {**manifests[name].metrics, metric: worse}
    manifests[name] = manifests[name].model_copy(update={"metrics": metrics})
    assert verdicts(manifests).count("**missed**") == 1


def test_slow_training_is_a_miss(manifests: dict[str, VectorManifest]) -> None:
    slow = manifests["mnist-sparse"].origin.model_copy(update={"seconds": 700.0})
    manifests["mnist-sparse"] = manifests["mnist-sparse"].model_copy(update={"origin": slow})
    assert verdicts(manifests)[-1] == "**missed**"


def test_what_was_not_measured_is_neither_met_nor_missed(manifests: dict[str, VectorManifest]) -> None:
    del manifests["mnist-denoising"]
    reached = {target.aim: (target.shown, target.verdict) for target in targets(Figures(manifests))}
    unknown = [aim for aim, shown in reached.items() if shown == ("–", "not measured")]
    assert unknown == [
        "MNIST, denoising: ≥ 8 dB gain at σ = 0.5",
        "training all twelve: ≤ 1 hour on 2 cores, 2 models at a time",
    ]

"""The series: bounded, and there before the first request."""

from pathlib import Path

from hourglass.models.repository import Repository
from service.metrics import Metrics
from service.settings import Settings
from tests.conftest import MODELS

BOUNDED = {"route", "method", "status", "stage", "model", "version", "type", "device", "reason", "le"}


def test_labels_are_of_bounded_kinds(repository: Repository) -> None:
    metrics = Metrics()
    metrics.describe(Settings(), repository, 2, fallback=False)
    metrics.requests.labels("/encode", "POST", "200").inc()
    metrics.stage_seconds.labels("queue").observe(0.1)
    labels = {label for family in metrics.registry.collect() for sample in family.samples for label in sample.labels}
    assert labels <= BOUNDED


def test_installed_models_are_told(repository: Repository) -> None:
    metrics = Metrics()
    metrics.describe(Settings(), repository, 3, fallback=False)
    assert metrics.registry.get_sample_value("hourglass_workers") == 3
    for model in repository:
        says = model.manifest
        labels = {"model": says.name, "version": says.version, "type": says.type, "device": "cpu"}
        assert metrics.registry.get_sample_value("hourglass_model_info", labels) == 1


def test_removed_model_is_told_no_more(repository: Repository, tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.describe(Settings(), repository, 2, fallback=False)
    metrics.rebuilds.labels("fashion-denoising", "error").inc()
    (tmp_path / "fashion-denoising").symlink_to(MODELS / "fashion-denoising")
    fewer = Repository(tmp_path, "cpu")
    metrics.installed(fewer, fewer.since(repository).removed)
    samples = [
        sample
        for each in (metrics.model_info, metrics.rebuilds)
        for family in each.collect()
        for sample in family.samples
    ]
    assert {sample.labels["model"] for sample in samples} == {"fashion-denoising"}
    counted = {"model": "fashion-denoising", "reason": "error"}
    assert metrics.registry.get_sample_value("hourglass_rebuilds_total", counted) == 1


def test_each_application_has_its_own() -> None:
    one, other = Metrics(), Metrics()
    one.abandoned.inc()
    assert other.registry.get_sample_value("hourglass_abandoned_total") == 0

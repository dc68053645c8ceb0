"""The small work, and the results of a run."""

import pytest

from benchmarks.machine import Machine
from benchmarks.serving.bare import LIMIT
from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.profile import REST, Profile
from benchmarks.serving.results import CLIENTS, Results, Sample
from benchmarks.serving.work import Work, small_work


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return small_work(tmp_path_factory.mktemp("small"))


def sample(work: str, contender: str, clients: int, rate: int, p50_ms: float = 2, failed: int = 0) -> Sample:
    return Sample(work, contender, clients, 1.0, rate + failed, failed, p50_ms, 2 * p50_ms, 0.5, 0.1, 1 << 28)


@pytest.fixture
def results() -> Results:
    rates = {("small", LIMIT): 1000, ("small", HOURGLASS.name): 600, ("small", "mosec"): 500}
    rates |= {("photo", LIMIT): 100, ("photo", HOURGLASS.name): 97}
    samples = [
        sample(work, name, clients, rate + turn)
        for turn in range(3)
        for (work, name), rate in rates.items()
        for clients in CLIENTS
    ]
    profiles = [Profile("small", 1, {"decode": 0.25, REST: 1.5}, {"HTTP": 0.75, "metrics": 0.25})]
    works = {"small": "28×28", "photo": "768×512"}
    return Results(Machine.here(("numpy",)), works, 3, samples, {"BentoML": "not installed"}, profiles)

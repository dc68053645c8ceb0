"""Medians with their spread, and the aims."""

from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.results import Results, Sample
from benchmarks.serving.summary import Spread, Summary


def sample(work: str, contender: str, clients: int, rate: int, p50_ms: float = 2, failed: int = 0) -> Sample:
    return Sample(work, contender, clients, 1.0, rate + failed, failed, p50_ms, 2 * p50_ms, 0.5, 0.1, 1 << 28)


def test_aims_are_judged_against_the_best_peer_and_the_limit(results: Results) -> None:
    aims = {aim.aim.partition(":")[0]: aim for aim in Summary(results).aims()}
    assert not aims["28×28, 8 clients"].met
    assert aims["28×28, 8 clients"].reached == "1.20 times mosec"
    assert aims["photographs, 32 clients"].met
    assert aims["28×28, idle"].met


def test_failed_requests_count_as_no_answer(results: Results) -> None:
    results.samples = [sample("small", HOURGLASS.name, 1, 100, failed=900)]
    spread = Summary(results).spread("small", HOURGLASS.name, 1, lambda each: each.rate)
    assert spread == Spread(100, 100, 100)

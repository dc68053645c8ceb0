"""From samples to the page."""

from pathlib import Path

import pytest

from benchmarks.machine import Machine
from benchmarks.results import read_results, write_results
from benchmarks.serving.bare import LIMIT
from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.profile import REST, Profile, shares
from benchmarks.serving.report import write_report
from benchmarks.serving.results import CLIENTS, Results, Sample
from benchmarks.serving.summary import Spread, Summary


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


def test_page_has_every_contender_and_says_who_is_missing(results: Results, tmp_path: Path) -> None:
    text = write_report(results, tmp_path).read_text(encoding="utf-8")
    assert "| mosec | 501 (500–502) |" in text
    assert "| Hourglass | 98.0 (97.0–99.0) |" in text
    assert "- BentoML: not installed" in text
    assert "| HTTP | 75.0% |" in text
    assert (tmp_path / "pictures" / "performance.png").read_bytes().startswith(b"\x89PNG")


def test_results_come_back_from_their_file(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results)
    assert read_results(tmp_path / "results.json", Results) == results


def test_stack_samples_belong_to_their_innermost_known_code_and_waiting_threads_to_none() -> None:
    stacks = """\
serve (uvicorn/server.py:70);open (PIL/Image.py:3000);read (io.py:5) 3
serve (uvicorn/server.py:70);endpoint (service/api/anomaly.py:60) 1
_bootstrap (threading.py:1000);Worker._work (service/scheduling/workers.py:28) 100
_bootstrap (threading.py:1000);Worker._work (service/scheduling/workers.py:28);run (onnxruntime/capi/session.py:4) 4"""
    assert shares(stacks) == {"inference": 0.5, "image decoding": 0.375, "the service's own endpoints": 0.125}

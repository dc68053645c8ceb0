"""Which contenders are measured, in turn, and what becomes of one that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.serving import rounds
from benchmarks.serving.bare import Bare
from benchmarks.serving.contender import HOURGLASS, Contender
from benchmarks.serving.load import NoLoad
from benchmarks.serving.results import CLIENTS
from benchmarks.serving.rounds import excused, measure
from benchmarks.serving.server import ServerFailed
from benchmarks.serving.work import Work

MISSING = Contender("mosec", "", ("/nowhere/python",), "/")


def loop(work: Work, clients: int, seconds: float) -> Bare:
    """Ten images a client, without a process."""
    return Bare(10 * clients, seconds, [0.001, 0.002, 0.003], 0.5, 1 << 20)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LOOPS", {"bare": loop})
    monkeypatch.setattr(rounds, "PEERS_COMPARED", (MISSING,))


def test_every_load_is_measured_in_each_repeat(small: Work, tmp_path: Path) -> None:
    said: list[str] = []
    results = measure([small], 2, 0.5, tmp_path, {"nobody"}, said.append)
    assert [(each.contender, each.clients) for each in results.samples] == 2 * [("bare", each) for each in CLIENTS]
    assert [each.rate for each in results.samples[:3]] == [20 * clients for clients in CLIENTS]
    assert results.samples[0].p50_ms == pytest.approx(2)
    assert said[0] == "1/2 small bare, 1: 20.0/s"
    assert (results.repeats, results.works) == (2, {"small": small.title})
    assert results.absent == {}


def test_contender_that_is_not_installed_is_absent(small: Work, tmp_path: Path) -> None:
    results = measure([small], 1, 0.5, tmp_path, {"mosec"}, print)
    assert results.absent == {"mosec": "not installed"}


def test_contender_that_fails_is_left_out_from_then_on(
    small: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def samples(contender: Contender, *rest: object) -> Iterator[None]:
        started.append(contender.name)
        raise ServerFailed("it ended: no word")

    monkeypatch.setattr(rounds, "_samples", samples)
    results = measure([small], 3, 0.5, tmp_path, {HOURGLASS.name}, print)
    assert started == [HOURGLASS.name]
    assert results.absent == {"Hourglass, small": "it ended: no word"}
    assert {each.contender for each in results.samples} == {"bare"}


@pytest.mark.parametrize("error", [ServerFailed("why"), NoLoad("why"), OSError("why")])
def test_what_goes_wrong_with_a_server_is_noted(error: Exception) -> None:
    absent: dict[str, str] = {}
    with excused("it", absent):
        raise error
    assert absent == {"it": "why"}


def test_mistake_of_the_benchmark_itself_is_not_excused() -> None:
    with pytest.raises(LookupError), excused("it", {}):
        raise LookupError

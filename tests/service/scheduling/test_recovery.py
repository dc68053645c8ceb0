"""A model that failed is rebuilt until that works, once at a time, and never once it is retired."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from service.metrics import Metrics
from service.scheduling.recovery import Recovery
from tests.conftest import PATIENCE, wait_until


class Model:
    """A backend whose rebuild fails ``failures`` times; each attempt waits until it may go on."""

    def __init__(self, name: str = "model", failures: int = 0) -> None:
        self.name = name
        self.threads: list[threading.Thread] = []
        self.may_go_on = threading.Event()
        self._failures = failures

    @property
    def attempts(self) -> int:
        return len(self.threads)

    def stop(self, thread: int | None = None) -> None:
        raise AssertionError("a recovery stops nothing")

    def rebuild(self) -> None:
        self.threads.append(threading.current_thread())
        assert self.may_go_on.wait(PATIENCE)
        if self.attempts <= self._failures:
            raise OSError("its files are gone")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.scheduling.recovery.RETRY_SECONDS", 0.001)


class Told:
    """Gathers what a recovery tells: at the end of each attempt, whether the backend still ails."""

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery
        self._ailing: asyncio.Queue[bool] = asyncio.Queue()

    def __call__(self, backend: object) -> None:
        assert isinstance(backend, Model)
        self._ailing.put_nowait(backend in self._recovery)

    async def next(self, count: int = 1) -> list[bool]:
        """What the next ``count`` attempts told."""
        async with asyncio.timeout(PATIENCE):
            return [await self._ailing.get() for _ in range(count)]

    @property
    def nothing_more(self) -> bool:
        return self._ailing.empty()


def run(scenario: Callable[[Recovery, Told], Awaitable[None]]) -> Metrics:
    metrics = Metrics()

    async def main() -> None:
        recovery = Recovery(metrics)
        await scenario(recovery, Told(recovery))

    with capture_logs():
        asyncio.run(main())
    return metrics


def rebuilds(metrics: Metrics, reason: str) -> float:
    labels = {"model": "model", "reason": reason}
    return metrics.registry.get_sample_value("hourglass_rebuilds_total", labels) or 0


def test_backend_ails_until_it_is_rebuilt() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        model = Model()
        assert model not in recovery
        recovery.begin(model, "error", told)
        assert model in recovery
        assert recovery.ailing == ["model"]
        model.may_go_on.set()
        assert await told.next() == [False]
        assert recovery.ailing == []

    assert rebuilds(run(scenario), "error") == 1


def test_rebuild_that_fails_is_tried_again() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        model = Model(failures=3)
        model.may_go_on.set()
        recovery.begin(model, "stall", told)
        assert await told.next(4) == [True, True, True, False]
        assert model.attempts == 4

    assert rebuilds(run(scenario), "stall") == 1


def test_rebuild_under_way_is_not_begun_again() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        model = Model()
        for _ in range(3):
            recovery.begin(model, "error", told)
        model.may_go_on.set()
        assert await told.next() == [False]
        assert model.attempts == 1
        recovery.begin(model, "error", told)
        assert await told.next() == [False]
        assert model.attempts == 2

    assert rebuilds(run(scenario), "error") == 2


def test_backends_of_one_name_are_told_apart() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        old, new = Model(), Model()
        recovery.begin(old, "error", told)
        assert old in recovery
        assert new not in recovery
        old.may_go_on.set()
        await told.next()

    run(scenario)


def test_names_of_the_ailing_are_sorted() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        models = [Model(name) for name in ("b", "c", "a")]
        for model in models:
            recovery.begin(model, "error", told)
        assert recovery.ailing == ["a", "b", "c"]
        for model in models:
            model.may_go_on.set()
        await told.next(3)

    run(scenario)


def test_retired_backend_is_told_while_it_ails_and_not_tried_again() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        model = Model(failures=1)
        recovery.begin(model, "error", told)
        recovery.retire(model)
        assert await told.next() == [True]
        assert recovery.ailing == []
        model.may_go_on.set()
        other = Model("other")
        other.may_go_on.set()
        recovery.begin(other, "error", told)
        assert await told.next() == [False]
        assert (model.attempts, told.nothing_more) == (1, True)

    run(scenario)


def test_retired_backend_that_fails_is_not_rebuilt() -> None:
    async def scenario(recovery: Recovery, told: Told) -> None:
        model = Model()
        recovery.retire(model)
        recovery.begin(model, "error", told)
        assert model not in recovery
        assert (model.attempts, told.nothing_more) == (0, True)

    assert rebuilds(run(scenario), "error") == 0


def test_rebuild_that_outlives_the_service_ends_quietly() -> None:
    model = Model()

    async def scenario(recovery: Recovery, told: Told) -> None:
        recovery.begin(model, "error", told)

    run(scenario)
    wait_until(lambda: model.threads != [])
    model.may_go_on.set()
    [thread] = model.threads
    thread.join(PATIENCE)  # an exception in it fails this test
    assert not thread.is_alive()

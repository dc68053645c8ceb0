"""The worker threads: what runs on each of them, and what becomes of them when it fails."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from hourglass.errors import HourglassError, ModelFailed
from service.metrics import Metrics
from service.scheduling.recovery import Backend, Recovery
from service.scheduling.workers import Worker

log = structlog.get_logger(name="hourglass.pool")

Lane = Literal["batch", "step"]


@dataclass(slots=True, eq=False)
class Run:
    """A call that uses ``backend``, made on a worker; what it tells, it tells on the event loop.

    ``settle`` is told what came of it, a result or an exception, and the seconds that took; ``ended`` is called once
    the call has returned. Of a call that is given up, both happen, but not at once. One that is ``dropped`` is ended
    before its time, as nobody waits for it any more.
    """

    lane: Lane
    backend: Backend
    call: Callable[[], Any]
    settle: Callable[[object, float], None]
    ended: Callable[[], None] = lambda: None
    thread: int = 0
    dropped: bool = False


class Pool:
    """One worker more than cores. Each lane may take all but one, so that neither waits for the other.

    A run that raises or never returns fails alone: its worker is replaced, its model rebuilt, and the rest goes on.
    """

    def __init__(
        self,
        cores: int,
        stall_seconds: float,
        metrics: Metrics,
        freed: Callable[[], None],
        tried: Callable[[Backend], None],
    ) -> None:
        """``freed`` is called when a worker can take the next run, ``tried`` as Recovery says."""
        self._cores, self._stall_seconds, self._freed, self._tried = cores, stall_seconds, freed, tried
        self._idle = [Worker() for _ in range(cores + 1)]
        self._running: Counter[Lane] = Counter()
        self._closed = False
        self.recovery = Recovery(metrics)
        metrics.busy_workers.set_function(self._running.total)

    def free(self, lane: Lane) -> bool:
        """Whether a run of ``lane`` may be started."""
        return bool(self._idle) and self._running[lane] < self._cores

    def start(self, run: Run) -> None:
        loop, worker, began = asyncio.get_running_loop(), self._idle.pop(), time.perf_counter()
        self._running[run.lane] += 1
        run.thread = worker.thread
        given_up = False

        def on_worker() -> None:
            try:
                outcome = run.call()
            except HourglassError as error:
                outcome = error.with_traceback(None)  # which would keep all that its frames hold
            except Exception as error:  # a session raises whatever it likes; the run fails, not the worker
                outcome = error
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(finish, outcome)

        def finish(outcome: object) -> None:
            stall.cancel()
            if not given_up:
                broken = isinstance(outcome, Exception) and not isinstance(outcome, HourglassError) and not run.dropped
                run.settle(failed(run.backend) if broken else outcome, time.perf_counter() - began)
                if broken:
                    log.error("a batch or step failed", model=run.backend.name, exc_info=outcome)
                    self.recovery.begin(run.backend, "error", self._tried)
                self._release(run.lane, worker)
            run.ended()

        def give_up() -> None:
            nonlocal given_up
            given_up = True
            worker.dismiss()
            run.backend.stop()
            run.settle(failed(run.backend), time.perf_counter() - began)
            self.recovery.begin(run.backend, "stall", self._tried)
            self._release(run.lane, Worker())

        stall = loop.call_later(self._stall_seconds, give_up)
        worker.submit(on_worker)

    def drop(self, run: Run) -> None:
        """Ends a run that has been started and has not settled yet, as soon as its model can."""
        run.dropped = True
        run.backend.stop(run.thread)

    def close(self) -> None:
        """Ends the workers, now or when they have done what they do."""
        self._closed = True
        while self._idle:
            self._idle.pop().dismiss()

    def _release(self, lane: Lane, worker: Worker) -> None:
        self._running[lane] -= 1
        if self._closed:
            worker.dismiss()
            return
        self._idle.append(worker)
        self._freed()


def failed(backend: Backend) -> ModelFailed:
    return ModelFailed(f"{backend.name} failed and is being loaded anew; try again")

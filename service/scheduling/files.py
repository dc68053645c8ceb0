"""Files of pictures are read and written on threads beside the workers: in calls that nobody can interrupt."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from service.scheduling.ledger import Hold, Order
from service.scheduling.turns import Turns
from service.scheduling.waiting import Waiting
from service.scheduling.workers import Worker

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Call(Waiting):
    """A call for a caller, which holds something."""

    caller: str
    hold: Hold
    call: Callable[[], Any] | None


class Files:
    """A few threads, so that neither small work nor the event loop waits for a large file. Callers take turns."""

    def __init__(self, threads: int) -> None:
        self._idle = [Worker() for _ in range(threads)]
        self._waiting = Turns[_Call]()
        self._closed = False

    async def run(self, call: Callable[[], T], hold: Hold) -> T:
        """What ``call`` returns or raises. What it holds, it holds until then, whoever leaves meanwhile.

        Cancel it to leave the queue; a call that has begun is finished all the same.
        """
        waiting = _Call(Order.in_hand().caller, hold, call)
        waiting.hold.keep()
        self._waiting.add(waiting.caller, waiting)
        self._dispatch()
        try:
            result: T = await waiting.future
        except asyncio.CancelledError:
            if self._waiting.remove(waiting.caller, waiting):
                waiting.hold.let_go()
            raise
        return result

    def close(self) -> None:
        """Ends the threads, now or when they have done what they do."""
        self._closed = True
        while self._idle:
            self._idle.pop().dismiss()

    def _dispatch(self) -> None:
        while self._idle and (call := self._waiting.next()):
            self._start(call, self._idle.pop())

    def _start(self, waiting: _Call, worker: Worker) -> None:
        loop = asyncio.get_running_loop()

        def on_thread() -> None:
            began = time.perf_counter()
            outcome = None if waiting.left else _outcome(waiting)
            waiting.call = None  # with all it refers to
            waiting.hold.let_go()
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(finish, outcome, time.perf_counter() - began)

        def finish(outcome: object, seconds: float) -> None:
            waiting.settle(outcome)
            self._waiting.charge(waiting.caller, seconds)
            if self._closed:
                worker.dismiss()
                return
            self._idle.append(worker)
            self._dispatch()

        worker.submit(on_thread)


def _outcome(waiting: _Call) -> object:
    """What a call returns or raises, if somebody still waits for it."""
    try:
        outcome: object = waiting.call() if waiting.call else None
    except Exception as error:  # whatever it is, who waits for it is the one to know
        outcome = error.with_traceback(None)  # which would keep all that its frames hold
    return None if waiting.left else outcome

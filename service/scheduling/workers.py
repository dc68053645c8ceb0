"""Threads that can be given up."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Worker:
    """A thread that makes one call after another.

    It is a daemon, which a pool's threads are not: a native call that never returns must not keep the process from
    ending.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="inference", daemon=True)
        self._thread.start()

    @property
    def thread(self) -> int:
        """What Python knows its thread by."""
        return self._thread.ident or 0

    def submit(self, call: Callable[[], None]) -> None:
        """Has ``call``, which must not raise, made as soon as those before it have returned."""
        self._calls.put(call)

    def dismiss(self) -> None:
        """Ends the thread once the call in hand, if it ever does, returns."""
        self._calls.put(None)

    def _work(self) -> None:
        while call := self._calls.get():
            call()
            del call  # an idle thread must not keep the last image

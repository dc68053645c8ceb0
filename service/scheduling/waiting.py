"""Something to be run, and whoever waits for what comes of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False, kw_only=True)
class Waiting:
    """``future`` is what is awaited; it ``arrived`` and ``started`` at these times of ``time.perf_counter``."""

    future: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    arrived: float = field(default_factory=time.perf_counter)
    started: float = 0.0

    @property
    def left(self) -> bool:
        """Whether nobody waits any more."""
        return self.future.cancelled()

    def settle(self, outcome: object) -> None:
        """Tells whoever waits what came of it: a result, or an exception to raise."""
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)

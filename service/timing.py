"""How long each stage of a request took, gathered where it happens and told in ``Server-Timing``."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Stage = Literal["decode", "queue", "inference", "encode"]

_stages: ContextVar[dict[Stage, float] | None] = ContextVar("stages", default=None)


def start() -> dict[Stage, float]:
    """Begins a request: the returned dict fills with seconds by stage as it is worked on."""
    stages: dict[Stage, float] = {}
    _stages.set(stages)
    return stages


def add(stage: Stage, seconds: float) -> None:
    """Counts seconds towards a stage of the request in hand, if there is one."""
    stages = _stages.get()
    if stages is not None:
        stages[stage] = stages.get(stage, 0.0) + seconds


def overlapped(stage: Stage, seconds: float) -> None:
    """Like ``add``, for what a request's images do side by side: the longest of them counts."""
    stages = _stages.get()
    if stages is not None:
        stages[stage] = max(stages.get(stage, 0.0), seconds)


@contextmanager
def measured(stage: Stage) -> Iterator[None]:
    """Counts the time its block takes."""
    began = time.perf_counter()
    try:
        yield
    finally:
        add(stage, time.perf_counter() - began)

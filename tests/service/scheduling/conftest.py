"""Tasks without a request."""

from typing import Any

from service.metrics import Metrics
from service.scheduling.ledger import Ledger
from service.scheduling.tasks import Task, Tasks


def task_of(model: Any, caller: str = "", count: int = 0, ledger: Ledger | None = None) -> Task:  # noqa: ANN401
    """A task in hand of a ``caller``, which holds ``count`` bytes, and may be of a model that is a double."""
    ledger = ledger or Ledger(1 << 30, Metrics())
    with ledger.order(caller):
        hold = ledger.hold(count)
    return Task(model, "encode", 1, caller, hold, Tasks(ledger, 1), expected=0.0)

"""Items that wait to go through a graph together: small work."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from service.scheduling.recovery import Backend
from service.scheduling.waiting import Waiting

Array = NDArray[Any]

BATCH_SECONDS = 0.1
"""What a batch may take, as far as is known: of slow models fewer items go together, so that others get their turn."""

USUAL_SECONDS = 0.001
"""Of an item, until its model has been measured."""


class Kind(NamedTuple):
    """What may share a batch. ``function`` maps a backend and a batch [n, ...] to results [n, ...], item by item."""

    backend: Backend
    function: Callable[[Any, Array], Iterable[Any]]
    shape: tuple[int, ...]
    dtype: str


@dataclass(slots=True, eq=False)
class Item(Waiting):
    """One item of a batch."""

    value: Array


class Batches:
    """The items that wait, by kind. Kinds take turns, and of one kind the oldest items go first."""

    def __init__(self, max_batch: int) -> None:
        self._max_batch = max_batch
        self._waiting: dict[Kind, deque[Item]] = {}  # in the order of their turns
        self._seconds: WeakKeyDictionary[Backend, float] = WeakKeyDictionary()
        self._items = 0

    def __len__(self) -> int:
        return self._items

    @property
    def seconds(self) -> float:
        """About how long one core takes for all that waits."""
        return sum(self._usual(kind) * len(items) for kind, items in self._waiting.items())

    def join(self, kind: Kind, item: Item) -> None:
        self._waiting.setdefault(kind, deque()).append(item)
        self._items += 1

    def leave(self, kind: Kind, item: Item) -> bool:
        """Whether ``item`` still waited; it does no longer."""
        items = self._waiting.get(kind, ())
        if item not in items:
            return False
        self._waiting[kind].remove(item)
        if not self._waiting[kind]:
            del self._waiting[kind]
        self._items -= 1
        return True

    def next(self, ready: Callable[[Backend], bool]) -> tuple[Kind, list[Item]] | None:
        """The batch whose turn it is, of a backend that is ``ready``; None where none waits."""
        kind = next((kind for kind in self._waiting if ready(kind.backend)), None)
        if kind is None:
            return None
        most = min(self._max_batch, max(1, int(BATCH_SECONDS / self._usual(kind))))
        return kind, self._take(kind, most)

    def all(self, backend: Backend) -> list[Item]:
        """All items of ``backend``; they wait no more."""
        kinds = [kind for kind in self._waiting if kind.backend is backend]
        return [item for kind in kinds for item in self._take(kind, len(self._waiting[kind]))]

    def took(self, kind: Kind, items: int, seconds: float) -> None:
        """A batch of so many items took so long: each counts as one observation of a moving average."""
        usual = self._usual(kind)
        self._seconds[kind.backend] = usual + (1 - 0.9**items) * (seconds / items - usual)

    def _usual(self, kind: Kind) -> float:
        return self._seconds.get(kind.backend, USUAL_SECONDS)

    def _take(self, kind: Kind, most: int) -> list[Item]:
        """Up to ``most`` items of a kind, whose next turn comes after the others'."""
        items = self._waiting.pop(kind)
        taken = [items.popleft() for _ in range(min(most, len(items)))]
        self._items -= len(taken)
        if items:
            self._waiting[kind] = items
        return taken


def run_batch(kind: Kind, items: list[Item]) -> list[Any]:
    """The results of a batch, one an item."""
    results = list(kind.function(kind.backend, np.stack([item.value for item in items])))
    if len(results) != len(items):
        raise ValueError(f"{len(results)} results for a batch of {len(items)}")
    return results

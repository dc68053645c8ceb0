"""Who goes next: of the callers with something waiting, the one that has had the least time so far."""

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Waiting items by caller, and the seconds that each caller has had.

    Who comes anew begins where the others are: having had nothing yet is no claim on all that is to come. One caller's
    own items go in the order they came.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[T]] = {}
        self._had: dict[str, float] = {}
        self._level = 0.0
        """What the caller had had whose turn was the last."""

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, caller: str, item: T) -> None:
        self._waiting.setdefault(caller, deque()).append(item)
        self._had[caller] = max(self._had.get(caller, 0.0), self._level)

    def remove(self, caller: str, item: T) -> bool:
        """Whether ``item`` still waited; it does no longer."""
        if item not in self._waiting.get(caller, ()):
            return False
        self._waiting[caller].remove(item)
        self._forget(caller)
        return True

    def next(self, ready: Callable[[T], bool] = lambda _: True) -> T | None:
        """The item whose turn it is, of those that are ``ready``; None where none is."""
        for caller in sorted(self._waiting, key=lambda each: self._had[each]):
            for item in self._waiting[caller]:
                if ready(item):
                    self._level = max(self._level, self._had[caller])
                    self.remove(caller, item)
                    return item
        return None

    def all(self, chosen: Callable[[T], bool]) -> list[T]:
        """The waiting items that are ``chosen``; they wait no more."""
        found = [(caller, item) for caller, items in self._waiting.items() for item in items if chosen(item)]
        for caller, item in found:
            self.remove(caller, item)
        return [item for _, item in found]

    def charge(self, caller: str, seconds: float) -> None:
        """``caller`` has had so many seconds more."""
        self._had[caller] = self._had.get(caller, self._level) + seconds

    def _forget(self, caller: str) -> None:
        if not self._waiting[caller]:
            del self._waiting[caller]
        if len(self._had) > 2 * len(self._waiting) + 64:
            self._had = {each: had for each, had in self._had.items() if had > self._level or each in self._waiting}

"""Work in small steps, so that whoever drives it decides between two steps what runs next.

A task on one image is a generator. It yields None where a step ends, or ``Batchable`` items that may go through a graph
together with those of other callers; what it is sent is their result. Its return value is the task's.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batchable:
    """``items`` [n, ...], for ``function`` of ``model``, which maps a batch [m, ...] to m results, item by item."""

    model: Any
    function: Callable[[Any, NDArray[Any]], NDArray[Any]]
    items: NDArray[Any]

    def run(self) -> NDArray[Any]:
        """The results [n, ...] of these items alone."""
        return self.function(self.model, self.items)


Work = Generator[Batchable | None, NDArray[Any], T]

NOTHING = np.empty(0)
"""What is sent where no result was asked for."""


def finish(work: Work[T]) -> T:
    """Runs all steps of ``work`` one after the other and returns its result. Raises whatever a step does."""
    try:
        asked = next(work)
        while True:
            asked = work.send(asked.run() if asked else NOTHING)
    except StopIteration as done:
        result: T = done.value
        return result

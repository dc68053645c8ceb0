"""How long photos take: what was measured here, by model and task, and what that means for one more of them."""

import math
import time
from collections.abc import Iterable

from hourglass.errors import Overloaded, TooLarge
from hourglass.models.manifest import Task as Name
from service.scheduling.ledger import Order

LONG_SECONDS = 1.0
"""Of one core: what takes less is let in without a look at the clock."""

MEASURED_PIXELS = 1 << 18
"""Tasks of fewer say little about a pixel's time."""

WEIGHT = 0.25
"""Of the newest measurement in the average."""

FORGET_SECONDS = 600.0
"""What was measured so long ago counts for a third, beside what the model says of itself: a machine that was busy with
other things for a while must not make all photos be refused, and so never be measured again."""


class Forecast:
    """Seconds a pixel, by model and task: as the model says, until tasks have been measured."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, Name], tuple[float, float]] = {}

    def expected(self, model: str, name: Name, pixels: int, says: float) -> float:
        """Seconds of one core for an image of so many pixels, of which the model ``says`` how many they are."""
        if (model, name) not in self._measured:
            return says
        seconds, at = self._measured[model, name]
        share = math.exp((at - time.monotonic()) / FORGET_SECONDS)
        return share * seconds * pixels + (1 - share) * says

    def learn(self, model: str, name: Name, pixels: int, spent: float, expected: float, whole: bool) -> None:
        """A task has ended. Of one that was not done whole, only this is known: it takes at least what it has had."""
        if pixels < MEASURED_PIXELS or not (whole or spent > expected):
            return
        seconds = expected + WEIGHT * (spent - expected) if whole else spent
        self._measured[model, name] = seconds / pixels, time.monotonic()


def finish(alone: float, caller: str, others: Iterable[tuple[str, float]], cores: int) -> float:
    """In how many seconds a task of ``caller`` will be done that takes ``alone``, beside ``others``: whose, how long.

    Callers share the cores alike, and so do the tasks of each. Until the task is done, each other task of its caller
    has had at most as much as it has, and each other caller at most as much as its caller has:
    max(S, (A + Σ_c min(R_c, A)) / n) with S what it takes alone, A = S + Σ_i min(R_i, S) over its caller's other tasks
    i, R_i what is left of one, and R_c what is left of all tasks of another caller c.
    """
    ours, theirs = alone, dict[str, float]()
    for other, left in others:
        if other == caller:
            ours += min(left, alone)
        else:
            theirs[other] = theirs.get(other, 0.0) + left
    return max(alone, (ours + sum(min(left, ours) for left in theirs.values())) / cores)


def check(
    name: Name, pixels: int, expected: float, order: Order, others: Iterable[tuple[str, float]], cores: int
) -> None:
    """Raises TooLarge where a task will not be done within the order's time even alone; Overloaded where not now."""
    if expected < LONG_SECONDS:
        return
    if expected > order.seconds:
        raise TooLarge(
            f"{name} takes about {expected:.0f} s for {pixels / 1e6:.1f} megapixels, even alone, "
            f"and the deadline is {order.seconds:g} s"
        )
    seconds, left = finish(expected, order.caller, others, cores), order.until - time.monotonic()
    if seconds > left:
        raise Overloaded(
            f"{name} would be done in about {seconds:.0f} s beside what is worked on already, "
            f"and {max(0.0, left):.0f} s are left until the deadline",
            retry_after=max(1, math.ceil(seconds - left)),
        )

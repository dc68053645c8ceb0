"""The tasks in hand, an image each: what each holds and takes. What does not fit is refused before it is begun."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from hourglass.models.installed import Installed
from hourglass.models.manifest import Task as Name
from service.scheduling.forecast import Forecast, check
from service.scheduling.ledger import Hold, Ledger, Order


@dataclass(slots=True, eq=False)
class Task:
    """A task of ``model`` on an image, in hand until the block ends that it is used in.

    It is ``expected`` to take so many seconds of one core, and has had ``spent``.
    """

    model: Installed
    name: Name
    pixels: int
    caller: str
    hold: Hold
    tasks: "Tasks"
    expected: float
    spent: float = 0.0

    @property
    def left(self) -> float:
        """Seconds of one core that it is still expected to take."""
        return max(0.0, self.expected - self.spent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hold.let_go()
        self.tasks.end(self, whole=error is None)


class Tasks:
    """Lets tasks begin that will fit, into memory and into the time that their answers are of use."""

    def __init__(self, ledger: Ledger, cores: int) -> None:
        self._ledger, self._cores = ledger, cores
        self._forecast = Forecast()
        self._in_hand: set[Task] = set()

    def begin(self, model: Installed, name: Name, height: int, width: int, beside: int = 0) -> Task:
        """A task on an image of that size, which holds what the model needs, or ``beside`` if that is more bytes.

        Raises TooLarge where it can never fit into memory or its deadline, QueueFull or Overloaded where not now.
        """
        order, needs = Order.in_hand(), model.needs(name, height, width)
        expected = self._forecast.expected(model.name, name, height * width, needs.seconds)
        others = ((other.caller, other.left) for other in self._in_hand)
        check(name, height * width, expected, order, others, self._cores)
        hold = self._ledger.hold(max(needs.bytes, beside))
        task = Task(model, name, height * width, order.caller, hold, self, expected)
        self._in_hand.add(task)
        return task

    def end(self, task: Task, whole: bool) -> None:
        self._in_hand.discard(task)
        self._forecast.learn(task.model.name, task.name, task.pixels, task.spent, task.expected, whole)

"""Work: steps run in order, items get their results, and what a step raises comes out."""

import numpy as np
import pytest

from hourglass.models.work import Batchable, Work, finish


def double(model: str, items: np.ndarray) -> np.ndarray:
    assert model == "model"
    return 2 * items


def test_result_is_what_the_work_returns() -> None:
    steps = []

    def work() -> Work[str]:
        for step in range(3):
            yield None
            steps.append(step)
        return "done"

    assert finish(work()) == "done"
    assert steps == [0, 1, 2]


def test_items_get_their_results() -> None:
    def work() -> Work[int]:
        first = yield Batchable("model", double, np.arange(3))
        yield None
        second = yield Batchable("model", double, first)
        return int(second.sum())

    assert finish(work()) == 4 * 3


def test_work_without_a_step_has_a_result() -> None:
    def work(steps: int) -> Work[int]:
        for _ in range(steps):
            yield None
        return 7

    assert finish(work(0)) == 7


def test_error_of_a_step_is_raised() -> None:
    def work() -> Work[int]:
        yield None
        raise ValueError("a step failed")

    with pytest.raises(ValueError, match="a step failed"):
        finish(work())

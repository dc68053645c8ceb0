"""Threads that can be given up."""

import threading
import weakref
from functools import partial

import pytest

from service.scheduling.workers import Worker
from tests.conftest import PATIENCE, wait_until


@pytest.fixture
def worker() -> Worker:
    return Worker()


def thread_of(worker: Worker) -> threading.Thread:
    """The thread on which the worker makes its calls."""
    found: list[threading.Thread] = []
    done = threading.Event()
    worker.submit(lambda: found.append(threading.current_thread()))
    worker.submit(done.set)
    assert done.wait(PATIENCE)
    return found[0]


def test_calls_are_made_one_after_another_in_order(worker: Worker) -> None:
    made: list[int] = []
    done = threading.Event()
    for number in range(50):
        worker.submit(partial(made.append, number))
    worker.submit(done.set)
    assert done.wait(PATIENCE)
    assert made == list(range(50))
    worker.dismiss()


def test_all_calls_are_made_on_one_daemon_thread_of_its_own(worker: Worker) -> None:
    first, second = thread_of(worker), thread_of(worker)
    assert first is second is not threading.current_thread()
    assert first.daemon  # a call that never returns must not keep the process alive
    worker.dismiss()


def test_two_workers_work_side_by_side(worker: Worker) -> None:
    other, meeting = Worker(), threading.Barrier(3)

    def meet() -> None:
        meeting.wait(PATIENCE)

    worker.submit(meet)
    other.submit(meet)
    meet()  # raises BrokenBarrierError unless all three meet
    worker.dismiss()
    other.dismiss()


def test_dismissed_worker_ends_once_the_call_in_hand_returns(worker: Worker) -> None:
    thread, entered, release = thread_of(worker), threading.Event(), threading.Event()
    made: list[str] = []

    def call() -> None:
        entered.set()
        release.wait(PATIENCE)
        made.append("first")

    worker.submit(call)
    assert entered.wait(PATIENCE)
    worker.submit(lambda: made.append("second"))
    worker.dismiss()
    assert thread.is_alive()
    release.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert made == ["first", "second"]


def test_idle_worker_keeps_nothing_of_its_last_call(worker: Worker) -> None:
    class Image:
        pass

    image, done = Image(), threading.Event()
    held = weakref.ref(image)

    def call(image: Image = image) -> None:
        done.set()

    worker.submit(call)
    assert done.wait(PATIENCE)
    del image, call
    wait_until(lambda: held() is None)
    worker.dismiss()

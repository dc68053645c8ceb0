"""How many threads work, and that they rest when there is no work."""

import os
import time

import httpx
import pytest

from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.watched import Watched


def encode(process: Watched, demand: int) -> int:
    return httpx.post(f"{process.url}/encode", content=demanding(demand), timeout=60).status_code


@pytest.mark.timing
def test_one_worker_keeps_one_core_busy(narrow: Watched) -> None:
    """Without the limit, onnxruntime would spread this work over all cores."""
    assert encode(narrow, 1) == 200
    before, began = narrow.cpu_seconds, time.monotonic()
    assert encode(narrow, 50) == 200
    assert narrow.cpu_seconds - before < 1.3 * (time.monotonic() - began)


def test_no_more_workers_than_cores(watch: Watch) -> None:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        process = watch()  # a child may use the cores that its parent may
    finally:
        os.sched_setaffinity(0, cores)
    assert process.metric("workers") == 1


@pytest.mark.timing
def test_idle_service_rests(narrow: Watched) -> None:
    assert encode(narrow, 1) == 200
    assert narrow.busy_share(3) < 0.01

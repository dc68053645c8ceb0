"""Photos of many megapixels beside small images, leavers and stalls: nobody waits for a giant longer than a moment."""

import asyncio
import json
import shutil
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import FIXTURES, MODELS, to_file, wait_until
from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.traffic.wire import abandon, exchange, request
from tests.load.watched import Watched

pytestmark = pytest.mark.timing

CODED = "/encode?model=photo-codec"
GIANTS = 4


def photo(height: int, width: int) -> bytes:
    """A JPEG of that size, with something to see everywhere."""
    with Image.open(FIXTURES / "photos" / "kitten.webp") as image:
        small = np.asarray(image)
    rows, columns = (np.arange(side) % small.shape[axis] for axis, side in enumerate((height, width)))
    return to_file(small[rows][:, columns], "JPEG")


@pytest.fixture(scope="module")
def giant() -> bytes:
    """Of 20 megapixels."""
    return photo(3648, 5472)


@pytest.fixture
def models(faulty_models: Path, tmp_path: Path) -> Path:
    """The faulty models, and the codec of photos."""
    folder = tmp_path / "models"
    folder.mkdir()
    for model in faulty_models.iterdir():
        (folder / model.name).symlink_to(model)
    shutil.copytree(MODELS / "photo-codec", folder / "photo-codec")
    manifest = folder / "photo-codec" / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**told, "default_for": []}), encoding="utf-8")  # that is the faulty one
    return folder


@pytest.fixture
def process(watch: Watch, models: Path) -> Watched:
    process = watch(
        HOURGLASS_MODELS=str(models),
        HOURGLASS_THREADS="2",
        HOURGLASS_DEADLINE_SECONDS="3600",
        HOURGLASS_QUEUE_BYTES=str(4 << 30),
    )
    assert process.port
    return process


def rests(process: Watched) -> None:
    """Returns once nothing is worked on, or held, any more."""
    wait_until(lambda: process.metric("busy_workers") == process.metric("held_bytes") == 0)


def test_small_caller_does_not_wait_for_giants(process: Watched, giant: bytes) -> None:
    """With 47 s for one picture it did, as long as giants were one call each."""

    async def scenario() -> list[float]:
        giants = [asyncio.ensure_future(exchange(process.port, request("POST", CODED, giant))) for _ in range(GIANTS)]
        await asyncio.to_thread(wait_until, lambda: process.metric("busy_workers") == 2)
        waited = []
        for _ in range(100):
            answer = await exchange(process.port, request("POST", "/encode", demanding(0)))
            assert answer.status == 200
            waited.append(answer.seconds)
        assert process.metric("busy_workers") == 2  # all of it happened beside them
        for each in giants:
            each.cancel()
        return waited

    waited = asyncio.run(scenario())
    assert statistics.median(waited) < 0.25
    assert max(waited) < 2
    rests(process)


def test_who_leaves_frees_its_core_within_a_step(process: Watched, giant: bytes) -> None:
    async def scenario() -> None:
        leaves = asyncio.ensure_future(exchange(process.port, request("POST", CODED, giant)))
        await asyncio.to_thread(wait_until, lambda: process.metric("busy_workers") == 1)
        leaves.cancel()

    asyncio.run(scenario())
    began = time.monotonic()
    rests(process)
    assert time.monotonic() - began < 3
    assert process.busy_share(1) < 0.5


def test_each_caller_gets_its_turn(process: Watched, giant: bytes) -> None:
    """A photo of another caller is done before any of those that came first."""
    small = photo(1000, 1500)

    async def scenario() -> None:
        greedy = [asyncio.ensure_future(exchange(process.port, request("POST", CODED, giant))) for _ in range(4)]
        await asyncio.to_thread(wait_until, lambda: process.metric("busy_workers") == 2)
        answer = await exchange(process.port, request("POST", CODED, small), address="127.0.0.2")
        assert answer.status == 200
        assert not any(each.done() for each in greedy)
        for each in greedy:
            each.cancel()

    asyncio.run(scenario())
    rests(process)


def test_long_healthy_task_is_no_stall(watch: Watch, models: Path) -> None:
    process = watch(HOURGLASS_MODELS=str(models), HOURGLASS_THREADS="1", HOURGLASS_STALL_SECONDS="4")
    began = time.monotonic()
    answer = asyncio.run(exchange(process.port, request("POST", CODED, photo(3000, 3000))))
    assert time.monotonic() - began > 4
    assert answer.status == 200
    assert process.metric('rebuilds_total{model="photo-codec",reason="stall"}') == 0


def test_what_cannot_be_done_in_time_is_refused_at_once(process: Watched, giant: bytes) -> None:
    short = request("POST", CODED, giant, Hourglass_Deadline="2")
    answer = asyncio.run(exchange(process.port, short))
    assert answer.status == 413
    assert "even alone" in answer.body.decode()
    assert "deadline is 2 s" in answer.body.decode()
    assert answer.seconds < 2

    async def scenario() -> None:
        giants = [asyncio.ensure_future(exchange(process.port, request("POST", CODED, giant))) for _ in range(2)]
        await asyncio.to_thread(wait_until, lambda: process.metric("busy_workers") == 2)
        answer = await exchange(process.port, request("POST", CODED, giant, Hourglass_Deadline="60"))
        for each in giants:
            each.cancel()
        assert answer.status == 503
        assert "left until the deadline" in answer.body.decode()
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.seconds < 2

    asyncio.run(scenario())
    rests(process)


def test_memory_counts_until_the_thread_lets_go(process: Watched, giant: bytes) -> None:
    async def scenario() -> None:
        for _ in range(20):
            await abandon(process.port, request("POST", "/encode?resize=true", giant))
            assert process.resident_bytes < 1.5 * (1 << 30)

    asyncio.run(scenario())
    rests(process)

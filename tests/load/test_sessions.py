"""A session raises or hangs: its batch fails, /readyz says so, the model is loaded again, the next request works."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from tests.conftest import MODELS, wait_until
from tests.load import faults
from tests.load.conftest import Watch
from tests.load.faults import HANGS, RAISES, demanding
from tests.load.traffic.wire import exchange, request
from tests.load.watched import Watched

USUAL = demanding(0)
CLEAN = "denoise?model=fashion-denoising"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder of one's own, whose files may be tampered with."""
    folder = tmp_path / "models"
    folder.mkdir()
    faults.install(folder)
    (folder / "fashion-denoising").symlink_to(MODELS / "fashion-denoising")
    return folder


def post(process: Watched, task: str, image: bytes) -> int:
    return httpx.post(f"{process.url}/{task}", content=image, timeout=60).status_code


@pytest.mark.parametrize(
    ("demand", "reason", "stall_seconds"),
    [(RAISES, "error", "60"), pytest.param(HANGS, "stall", "1", marks=pytest.mark.timing)],
)
def test_model_is_loaded_again(watch: Watch, models: Path, demand: int, reason: str, stall_seconds: str) -> None:
    process = watch(HOURGLASS_MODELS=str(models), HOURGLASS_THREADS="1", HOURGLASS_STALL_SECONDS=stall_seconds)
    assert post(process, "encode", USUAL) == 200
    encoder = models / faults.NAME / "encoder.onnx"
    graph = encoder.read_bytes()
    encoder.unlink()
    os.mkfifo(encoder)  # loading the model now waits until the graph is written there

    assert post(process, "encode", demanding(demand)) == 503
    told = process.ready()
    assert told.status_code == 503
    assert faults.NAME in told.json()["detail"]
    assert post(process, CLEAN, USUAL) == 200

    encoder.write_bytes(graph)
    wait_until(lambda: process.ready().status_code == 200)
    assert post(process, "encode", USUAL) == 200
    assert process.metric(f'rebuilds_total{{model="{faults.NAME}",reason="{reason}"}}') == 1


@pytest.mark.timing
def test_stall_holds_nobody_else_up(watch: Watch) -> None:
    process = watch(
        HOURGLASS_THREADS="1", HOURGLASS_MAX_BATCH="1", HOURGLASS_STALL_SECONDS="1", HOURGLASS_LEAVE_SECONDS="0.1"
    )

    async def scenario() -> list[int]:
        stalled = asyncio.ensure_future(exchange(process.port, request("POST", "/encode", demanding(HANGS))))
        await asyncio.to_thread(wait_until, lambda: process.metric("busy_workers") == 1)
        behind = (exchange(process.port, request("POST", task, USUAL)) for task in ("/encode", f"/{CLEAN}"))
        return [answer.status for answer in await asyncio.gather(stalled, *behind)]

    assert asyncio.run(scenario()) == [503, 200, 200]
    assert process.metric("busy_workers") == 0
    assert process.busy_share(1) < 0.5  # the thread that was given up has ended
    process.terminate()
    assert process.wait() == 0

"""The log of a real process: one JSON object a line, with ids, and without keys or images."""

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import numpy as np

from service.logs import MOST_LINES, Output
from service.metrics import log_lines_dropped
from tests.conftest import Launch, Process, to_file, wait_until

FASHION = {"model": "fashion-undercomplete"}

KEY = "correct-horse-battery-staple"


def lines(process: Process) -> list[dict[str, Any]]:
    """Raises if a line is not JSON; the last may still be on its way."""
    return [json.loads(line) for line in process.log.splitlines(keepends=True) if line.endswith("\n")]


def requests(process: Process) -> list[dict[str, Any]]:
    return [line for line in lines(process) if line["message"] == "request"]


def test_each_request_has_one_line(launch: Launch) -> None:
    process = launch()
    for path in ("/healthz", "/models", "/models/nonsense", "/nowhere?secret=1"):
        httpx.get(f"{process.url}{path}", headers={"X-Request-ID": "mine"})
    wait_until(lambda: len(requests(process)) == 3)
    told = [(line["request_id"], line["method"], line["route"], line["status"]) for line in requests(process)]
    assert told == [
        ("mine", "GET", "/models", 200),
        ("mine", "GET", "/models/{name}", 404),
        ("mine", "GET", "unmatched", 404),
    ]
    for line in lines(process):
        assert {"message", "level", "logger", "timestamp"} <= set(line)
    assert "secret" not in process.log
    assert not process.errors


def test_who_asks_all_day_is_told_of_at_debug(launch: Launch) -> None:
    process = launch(HOURGLASS_LOG_LEVEL="debug")
    for path in ("/healthz", "/readyz", "/metrics"):
        httpx.get(f"{process.url}{path}")
    wait_until(lambda: len(requests(process)) == 3)
    assert {line["level"] for line in requests(process)} == {"debug"}


def test_neither_key_nor_image_is_in_it(launch: Launch) -> None:
    process = launch(HOURGLASS_API_KEYS=KEY, HOURGLASS_LOG_LEVEL="debug")
    image = to_file(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8))
    marked = image[:-20] + b"PRIVATE-PIXELS" + image[-20:]
    for key in (KEY, KEY[:-1], f"{KEY}x"):
        with httpx.Client(base_url=process.url, headers={"Authorization": f"Bearer {key}"}) as client:
            client.post("/encode", params=FASHION, content=image)
            client.post("/encode", params=FASHION, content=marked)
            client.post("/anomaly-score", files=[("file", image), ("file", marked)])
            client.post("/decode", content=marked)
            client.post("/sample", json={"z": [["PRIVATE-PIXELS"]]})
    wait_until(lambda: len(requests(process)) == 15)
    assert lines(process)
    log = process.log
    assert "correct-horse" not in log
    assert "PRIVATE-PIXELS" not in log
    for start in range(60, len(image) - 60, 12):
        assert base64.b64encode(image[start : start + 12]).decode() not in log
        assert repr(image[start : start + 12])[2:-1] not in log


def test_hostile_request_id_forges_no_line(launch: Launch) -> None:
    process = launch()
    httpx.get(f"{process.url}/nowhere", headers={"X-Request-ID": '1","level":"critical'})
    wait_until(lambda: bool(requests(process)))
    assert "critical" not in process.log


def test_level_is_the_least_that_is_logged(launch: Launch) -> None:
    process = launch(HOURGLASS_LOG_LEVEL="error", HOURGLASS_MODELS="nowhere")
    assert process.wait() == 2
    assert [line["level"] for line in lines(process)] == ["error"]


def dropped() -> float:
    (family,) = log_lines_dropped.collect()
    return next(sample.value for sample in family.samples if sample.name.endswith("_total"))


def test_lines_are_written_in_order_and_whole() -> None:
    reading, writing = os.pipe()
    output = Output(writing)
    told = [f"line {number}".encode() * 10 for number in range(3000)]
    for line in told:
        output.line(line)
    with os.fdopen(reading, "rb") as pipe:
        assert [pipe.readline() for _ in told] == [line + b"\n" for line in told]
        output.close()
        os.close(writing)
        assert pipe.read() == b""


def test_lines_that_nobody_reads_are_dropped_and_counted() -> None:
    reading, writing = os.pipe()
    output, before = Output(writing), dropped()
    for _ in range(2 * MOST_LINES):
        output.line(bytes(100))
    output.close()
    assert MOST_LINES / 2 < dropped() - before <= MOST_LINES
    os.close(reading)
    os.close(writing)


def test_full_disk_drops_lines_and_no_more() -> None:
    with Path("/dev/full").open("wb") as full:
        output, before = Output(full.fileno()), dropped()
        output.line(b"x")
        wait_until(lambda: dropped() == before + 1)
        output.line(b"x")
        output.close()
    assert dropped() == before + 2


@contextmanager
def logging_to(stdout: int | BinaryIO, models: Path) -> Iterator[httpx.Client]:
    """A client of a process with another standard output."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "HOURGLASS_PORT": str(port), "HOURGLASS_MODELS": str(models)}
    process = subprocess.Popen([sys.executable, "-m", "service"], env=environment, stdout=stdout)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until(lambda: answers(client))
            yield client
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.ConnectError:
        return False


def test_service_goes_on_where_nobody_reads_its_log(few_models: Path) -> None:
    """A pipe holds 64 KiB: some 300 requests."""
    with logging_to(subprocess.PIPE, few_models) as client:
        for _ in range(1000):
            assert client.get("/nowhere", timeout=30).status_code == 404


def test_service_goes_on_where_its_log_fills_the_disk(few_models: Path) -> None:
    with Path("/dev/full").open("wb") as full, logging_to(full, few_models) as client:
        for _ in range(10):
            assert client.get("/nowhere").status_code == 404
        assert "hourglass_log_lines_dropped_total 0.0" not in client.get("/metrics").text

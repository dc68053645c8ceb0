"""No input holds the event loop up for more than 20 ms, and /healthz answers within 50 ms at p99 meanwhile."""

import concurrent.futures
import contextlib
import multiprocessing
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.load.pauses.probe import healthz_seconds
from tests.load.traffic.wellformed import BOUNDARY, form
from tests.load.traffic.wire import request
from tests.load.watched import Watched

pytestmark = pytest.mark.timing

PAUSE_SECONDS, HEALTHZ_SECONDS = 0.020, 0.050
LOAD_SECONDS = 3.0

TRIES = 3
"""What an input does it does each time; what the machine does, it rarely does three times."""


class Guarded(Watched):
    module = "tests.load.pauses.watchdog"

    @property
    def longest_pause(self) -> float:
        """Of the event loop since last asked, seconds."""
        return float(httpx.get(f"{self.url}/pause", timeout=60).text)


@pytest.fixture(scope="module")
def guarded(few_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    process = Guarded(tmp_path_factory.mktemp("guarded"), HOURGLASS_MODELS=str(few_models))
    assert httpx.get(f"{process.url}/healthz").status_code == 200
    yield process
    process.kill()


@pytest.fixture(scope="module")
def prober() -> Iterator[concurrent.futures.Executor]:
    """A process for the probe."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(healthz_seconds, 0, -1).exception()
        yield pool


def post(target: str, body: bytes, kind: str) -> bytes:
    return request("POST", target, body, Content_Type=kind)


def json(body: bytes) -> bytes:
    return post("/sample", body, "application/json")


def get(target: str, **headers: str) -> bytes:
    return request("GET", target, **headers)


PIPELINED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
CHUNKED = b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"100000\r\n" + bytes(1 << 20) + b"\r\n"

LOADS: dict[str, Callable[[], bytes]] = {
    "unknown keys": lambda: json(b"{" + b",".join(b'"k%d":0' % number for number in range(100_000)) + b"}"),
    "lists": lambda: json(b'{"z": [' + b"[]," * 300_000 + b"[]]}"),
    "numbers": lambda: json(b'{"z": [[' + b"0," * 500_000 + b"0]]}"),
    "taken numbers": lambda: json(b'{"z": [[' + b"0.123456789," * 30_000 + b"0]]}"),
    "an escaped text": lambda: json(b'{"z": "' + b"\\u1234" * 170_000 + b'"}'),
    "long Accept": lambda: get("/sample", Accept="a/b," * 75_000),
    "longest Accept taken": lambda: get("/sample", Accept="a/b," * 511),
    "longest Content-Type taken": lambda: post("/encode", b"x", "multipart/form-data;" + ";a=b" * 500),
    "long query": lambda: get("/sample?" + "a=&" * 20_000),
    "longest query taken": lambda: get("/sample?" + "a=&" * 2_700),
    "long deadline": lambda: get("/sample", Hourglass_Deadline="0." + "1" * 60_000),
    "long key": lambda: get("/sample", Authorization="Bearer " + "x" * 60_000),
    "pipelined requests": lambda: PIPELINED * 10_000,
    "pipelined requests behind a body": lambda: (
        post("/nowhere", bytes(4000), "x/y").replace(b"Connection: close\r\n", b"") + PIPELINED * 10_000
    ),
    "smallest requests": lambda: b"GET / HTTP/1.0\r\n\r\n" * 20_000,
    "form": lambda: post("/encode", form([bytes(30 << 20)]), FORM),
    "form of line ends": lambda: post(
        "/encode", form([b"\r\n--" * 3_000_000]), f"multipart/form-data; boundary={BOUNDARY}"
    ),
    "body of a refused request": lambda: CHUNKED % b"/nowhere" + CHUNK * 60,
    "body without end": lambda: CHUNKED % b"/encode" + CHUNK * 60,
    "body of bytes in chunks": lambda: CHUNKED % b"/encode" + b"1\r\nx\r\n" * 1_000_000,
    "garbage": lambda: np.random.default_rng(0).bytes(10 << 20),
}


def flood(port: int, load: bytes, ended: threading.Event) -> int:
    """Sends ``load`` on one connection after the other, and reads what is answered, until it has ended."""
    rounds = 0
    while not ended.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 30) as connection:
            reading = threading.Thread(target=drain, args=(connection,))
            reading.start()
            with contextlib.suppress(OSError):
                connection.sendall(load)
                connection.shutdown(socket.SHUT_WR) if ended.is_set() else None
            reading.join(2)
        rounds += 1
    return rounds


def drain(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(1 << 20):
            pass


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.99 * len(seconds))]


@pytest.mark.parametrize("name", LOADS)
def test_input_holds_nobody_up(guarded: Guarded, prober: concurrent.futures.Executor, name: str) -> None:
    load = LOADS[name]()
    for _ in range(TRIES):
        pause, late = measured(guarded, prober, load)
        if pause < PAUSE_SECONDS and late < HEALTHZ_SECONDS:
            return
    raise AssertionError(f"the loop paused for {pause:.3f} s; /healthz took {late:.3f} s at p99")


def measured(guarded: Guarded, prober: concurrent.futures.Executor, load: bytes) -> tuple[float, float]:
    """The longest pause of the loop and the 99th percentile of /healthz, under a flood of ``load``."""
    ended = threading.Event()
    assert guarded.longest_pause >= 0  # and it counts anew
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        flooding = pool.submit(flood, guarded.port, load, ended)
        seconds = prober.submit(healthz_seconds, guarded.port, LOAD_SECONDS).result()
        ended.set()
        assert flooding.result() > 0
    return guarded.longest_pause, p99(seconds)


def test_log_that_nobody_reads_holds_nobody_up(few_models: Path, prober: concurrent.futures.Executor) -> None:
    """The pipe is full after some 300 requests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.load.pauses.watchdog"]
    environment = {"HOURGLASS_MODELS": str(few_models), "HOURGLASS_PORT": str(port), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8)) as client:
                for _ in range(1500):
                    client.get("/nowhere")
                assert float(client.get("/pause").text) < 1
                seconds = prober.submit(healthz_seconds, port, LOAD_SECONDS).result()
                for _ in range(200):
                    client.get("/nowhere")
                pause = float(client.get("/pause").text)
        finally:
            process.kill()
    assert (pause < PAUSE_SECONDS, p99(seconds) < HEALTHZ_SECONDS) == (True, True), (pause, p99(seconds))

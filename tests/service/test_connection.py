"""One connection: its heads, what is read of it and when, and who reads its answers slowly or not at all."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.pace import GRACE_SECONDS
from tests.conftest import Process, wait_until
from tests.service.test_server import POST, connect, read_all


def test_endless_head_is_cut_off(process: Process) -> None:
    with connect(process) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):
            for number in range(1000):
                connection.sendall(f"X-{number}: {'x' * 1000}\r\n".encode())
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")
    assert httpx.get(f"{process.url}/healthz").status_code == 200


def test_head_that_begins_behind_a_long_body_is_taken(process: Process, png: bytes) -> None:
    body = png + bytes(200_000)
    first = f"{POST}Host: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with connect(process) as connection:
        connection.sendall(first + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnec")
        received = b""
        while b"HTTP/1.1 " not in received:
            received += connection.recv(1 << 16)
        connection.sendall(b"tion: close\r\n\r\n")
        assert (received + read_all(connection)).endswith(b"ok\n")


def test_head_of_usual_size_is_taken(process: Process) -> None:
    assert httpx.get(f"{process.url}/healthz", headers={"Cookie": "x" * 32_000}).status_code == 200


@pytest.fixture(scope="module")
def hasty(few_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A process that waits half a second for a head."""
    folder = tmp_path_factory.mktemp("hasty")
    process = Process(folder, HOURGLASS_MODELS=str(few_models), HOURGLASS_UPLOAD_SECONDS="0.5")
    yield process
    process.kill()


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_slow_head_is_cut_off(hasty: Process, begun: bytes) -> None:
    with connect(hasty) as connection:
        connection.sendall(begun)
        assert read_all(connection) == b""
        assert "Traceback" not in hasty.log


def test_slow_head_after_a_first_request_is_cut_off(hasty: Process) -> None:
    with connect(hasty) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while not received.endswith(b"ok\n"):
            received += connection.recv(1000)
        connection.sendall(b"GET /hea")
        assert read_all(connection) == b""


def test_trailers_are_dropped(process: Process, png: bytes) -> None:
    head = f"{POST}Host: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    trailers = b"".join(b"Accept: nothing/at-all\r\n" for _ in range(100))
    with connect(process) as connection:
        connection.sendall(head + b"%x\r\n%s\r\n0\r\n%s\r\n" % (len(png), png, trailers))
        assert read_all(connection).startswith(b"HTTP/1.1 200 ")


HOST = b"Host: x\r\n"
ENDLESS = b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"100000\r\n" + bytes(1 << 20) + b"\r\n"


def test_body_is_not_read_on_after_a_refusal(process: Process) -> None:
    sent = 0
    with connect(process) as connection:
        connection.sendall(ENDLESS % b"/nowhere")
        with contextlib.suppress(ConnectionError):
            while sent < 100:
                connection.sendall(CHUNK)
                sent += 1
        answer = read_all(connection)
    assert sent < 32  # megabytes, of which the kernels of both sides hold most
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"\r\nconnection: close\r\n" in answer


def test_refused_caller_who_sends_all_before_it_reads_gets_the_answer(process: Process) -> None:
    answer = httpx.post(f"{process.url}/encode", content=bytes(40 << 20))
    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"


def test_refusal_after_the_whole_body_keeps_the_connection(process: Process) -> None:
    with connect(process) as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde")
        assert connection.recv(1000).startswith(b"HTTP/1.1 404 ")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert read_all(connection).endswith(b"ok\n")


def test_pipelined_requests_are_answered_in_order(process: Process, png: bytes) -> None:
    paths = [b"/healthz", b"/readyz", b"/models/nothing", b"/nowhere"]
    post = f"{POST}Host: x\r\nContent-Length: {len(png)}\r\n\r\n".encode() + png
    requests = b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in paths) + post
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connect(process) as connection:
        connection.sendall(requests * 200 + last)
        answers = read_all(connection)
    statuses = [int(status) for status in re.findall(rb"HTTP/1.1 (\d+) ", answers)]
    assert statuses == [200, 200, 404, 404, 200] * 200 + [200]


def test_broken_request_behind_a_good_one_does_not_take_its_answer(process: Process, png: bytes) -> None:
    good = f"{POST}Host: x\r\nContent-Length: {len(png)}\r\n\r\n".encode() + png
    with connect(process) as connection:
        connection.sendall(good + b"GET\r\n\r\n")
        answers = read_all(connection)
    assert re.findall(rb"HTTP/1.1 (\d+) ", answers) == [b"200"]


def test_long_head_in_one_piece_is_refused(process: Process) -> None:
    with connect(process) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nAccept: " + b"a/b," * 75_000 + b"\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


ANSWERS = 300
"""Of 40 KB each, to requests of 47 bytes: more than the kernels of both sides hold."""


@contextlib.contextmanager
def asking_for_much(process: Process) -> Iterator[socket.socket]:
    with contextlib.closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", process.port))
        request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n"
        connection.sendall((request + b"\r\n") * (ANSWERS - 1) + request + b"Connection: close\r\n\r\n")
        yield connection


def unread(process: Process) -> float:
    return float(httpx.get(f"{process.url}/metrics").text.partition("\nhourglass_unread_total ")[2].split()[0])


def test_who_does_not_read_is_cut_off(process: Process) -> None:
    before = unread(process)
    with asking_for_much(process) as connection:
        wait_until(lambda: unread(process) > before)
        with pytest.raises(ConnectionError):
            for _ in range(ANSWERS):
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(0.01)


@pytest.mark.timing
def test_who_reads_below_the_least_rate_is_cut_off(process: Process) -> None:
    before = unread(process)
    with asking_for_much(process) as connection:
        while unread(process) == before:
            assert connection.recv(400)
            time.sleep(0.1)


@pytest.mark.timing
def test_who_reads_slowly_is_waited_for(process: Process) -> None:
    end = time.monotonic() + 2 * GRACE_SECONDS
    received = b""
    with asking_for_much(process) as connection:
        while time.monotonic() < end:
            received += connection.recv(8 << 10)
            time.sleep(0.1)
        received += read_all(connection)
    assert received.count(b"HTTP/1.1 200 ") == ANSWERS

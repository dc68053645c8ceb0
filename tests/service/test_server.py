"""The service as a stranger meets it: a real process, real sockets, real signals."""

import concurrent.futures
import contextlib
import json
import socket

import httpx
import numpy as np
import pytest

from tests.conftest import Labelled, Launch, Process, from_file, to_file, wait_until

FASHION = {"model": "fashion-undercomplete"}
POST = "POST /encode?model=fashion-undercomplete HTTP/1.1\r\n"


def connect(process: Process) -> socket.socket:
    return socket.create_connection(("127.0.0.1", process.port), 30)


def begin_upload(process: Process, body: bytes) -> socket.socket:
    """A connection on which the service has read a request's head, and nothing yet of its body."""
    connection = connect(process)
    head = f"{POST}Host: x\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
    return connection


def read_all(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(1 << 16):
        received += chunk
    return received


def test_images_survive_the_way_there_and_back(process: Process, fashion: Labelled) -> None:
    with httpx.Client(base_url=process.url) as client:
        errors = []
        for image in fashion.images[:32]:
            file = client.post("/encode", params=FASHION, content=to_file(image)).raise_for_status().content
            assert len(file) < 100
            shown = from_file(client.post("/decode", content=file).raise_for_status().content)
            errors.append(np.square((shown.astype(float) - image) / 255).mean())
    assert np.mean(errors) < 0.03


@pytest.mark.parametrize(
    "line",
    [
        b"GET /sample?seed=\xc3\xa9 HTTP/1.1",
        b"GET /models/\xe9 HTTP/1.1",
        b"BREW /encode HTTP/1.1",
        b"hello",
    ],
)
def test_what_is_no_http_is_a_problem(process: Process, line: bytes) -> None:
    with connect(process) as connection:
        connection.sendall(line + b"\r\nHost: x\r\n\r\n")
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    told = json.loads(body)
    assert told["status"] == 400
    assert "percent-encoded" in told["detail"]


def test_many_at_once_get_their_own_answers(process: Process, fashion: Labelled) -> None:
    with httpx.Client(base_url=process.url, timeout=60) as client:

        def encode(image: bytes) -> bytes:
            return client.post("/encode", params={**FASHION, "quality": 50}, content=image).raise_for_status().content

        images = [to_file(image) for image in fashion.images[:64]]
        alone = [encode(image) for image in images]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            together = list(pool.map(encode, images))
    shown = [from_file(httpx.post(f"{process.url}/decode", content=file).content) for file in (alone[7], together[7])]
    assert np.abs(shown[0].astype(int) - shown[1]).mean() < 3
    assert len(set(together)) == len(set(alone)) == 64


def test_sigterm_finishes_what_is_in_flight(launch: Launch, png: bytes) -> None:
    process = launch(HOURGLASS_LEAVE_SECONDS="0.1")
    with begin_upload(process, png) as connection:
        process.terminate()
        wait_until(lambda: "Shutting down" in process.log)
        connection.sendall(png)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HGLS" in answer
    assert process.wait() == 0


def test_caller_who_hangs_up_while_sending_is_forgotten(launch: Launch, png: bytes) -> None:
    process = launch()
    begin_upload(process, png).close()
    wait_until(lambda: '"status":499' in process.log)
    assert not process.errors
    assert "Traceback" not in process.log
    assert httpx.post(f"{process.url}/encode", params=FASHION, content=png).status_code == 200


def test_caller_who_hangs_up_while_waiting_leaves_the_queue(launch: Launch) -> None:
    process = launch(HOURGLASS_THREADS="1", HOURGLASS_MAX_BATCH="1", HOURGLASS_QUEUE_IMAGES="100000")

    def metric(name: str) -> float:
        text = httpx.get(f"{process.url}/metrics").text
        return float(text.partition(f"\n{name} ")[2].split()[0])

    with contextlib.ExitStack() as connections:
        for _ in range(16):
            connection = connections.enter_context(connect(process))
            connection.sendall(b"GET /sample?count=256 HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: metric("hourglass_queue_items") > 256)
    wait_until(lambda: metric("hourglass_queue_items") == 0)
    assert metric("hourglass_abandoned_total") > 0
    assert '"status":499' in process.log
    assert not process.errors
    assert "Traceback" not in process.log


@pytest.mark.parametrize(
    "garbage", [b"\0\xff" * 100, b"GET\r\n\r\n", b"POST /encode HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
)
def test_garbage_is_refused_and_survived(process: Process, garbage: bytes) -> None:
    with connect(process) as connection:
        connection.sendall(garbage)
        connection.shutdown(socket.SHUT_WR)
        assert b" 200 " not in read_all(connection)
    assert httpx.get(f"{process.url}/healthz").status_code == 200

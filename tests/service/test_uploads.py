"""Bodies on their way: who stalls loses its place, and the rest of the memory stays free for complete requests."""

import contextlib
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import Serve

BODY = 4 << 20
"""Bytes of a large upload."""

ROOM = 8 * BODY
HEAD = f"POST /encode?model=fashion-undercomplete HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY}\r\n\r\n".encode()


@pytest.fixture
def client(serve: Serve) -> httpx.Client:
    """Of a service whose incomplete bodies may hold half of ROOM, four large uploads."""
    return serve(queue_bytes=ROOM)


@contextlib.contextmanager
def uploading(client: httpx.Client, body: bytes) -> Iterator[socket.socket]:
    """A connection on which a large upload has begun with ``body``."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), 30) as connection:
        connection.sendall(HEAD)
        with contextlib.suppress(ConnectionError):
            connection.sendall(body)
        yield connection


def padded(png: bytes) -> bytes:
    return png + bytes(BODY - len(png))


def status(connection: socket.socket) -> int:
    answer = connection.recv(1000)
    return int(answer.split()[1])


def held(client: httpx.Client) -> float:
    return float(client.get("/metrics").text.partition("\nhourglass_held_bytes ")[2].split()[0])


def test_uploads_short_of_a_byte_keep_no_complete_request_out(client: httpx.Client, png: bytes) -> None:
    with contextlib.ExitStack() as stalled:
        for _ in range(16):
            stalled.enter_context(uploading(client, padded(png)[:-1]))
        for _ in range(3):
            assert client.post("/encode?model=fashion-undercomplete", content=png).status_code == 200
        assert 0 < held(client) < ROOM / 2 + (64 << 10) * 16


@pytest.mark.timing
def test_upload_that_stalls_loses_its_place_to_another(client: httpx.Client, png: bytes) -> None:
    whole = padded(png)
    with contextlib.ExitStack() as connections:
        stalled = [connections.enter_context(uploading(client, whole[:-1])) for _ in range(3)]
        time.sleep(1.5)
        others = [connections.enter_context(uploading(client, whole[: BODY // 2])) for _ in range(4)]
        for other in others:
            other.sendall(whole[BODY // 2 :])
        assert [status(other) for other in others] == [200] * 4
        assert status(stalled[0]) == 408


@pytest.mark.timing
def test_upload_that_does_not_stall_keeps_its_place(client: httpx.Client, png: bytes) -> None:
    whole = padded(png)
    with contextlib.ExitStack() as connections:
        first = [connections.enter_context(uploading(client, whole[:-1])) for _ in range(3)]
        latest = [connections.enter_context(uploading(client, whole[:-1])) for _ in range(3)]
        assert {status(late) for late in latest[1:]} == {429}
        for connection in first:
            connection.sendall(whole[-1:])
        assert [status(connection) for connection in first] == [200] * 3


def test_body_below_the_least_rate_is_given_up(serve: Serve) -> None:
    client = serve(upload_rate=100_000)
    with uploading(client, b"") as connection:
        connection.settimeout(0.1)
        answer = b""
        while not answer:
            connection.sendall(bytes(1000))
            with contextlib.suppress(TimeoutError):
                answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"less than 100000 bytes a second" in answer


@pytest.mark.timing
def test_body_above_the_least_rate_is_waited_for(serve: Serve, png: bytes) -> None:
    client, body = serve(upload_rate=1000), padded(png)
    with uploading(client, body[: -13 * 2000]) as connection:
        for at in range(-13 * 2000, 0, 2000):
            time.sleep(1)
            connection.sendall(body[at:][:2000])
        assert status(connection) == 200

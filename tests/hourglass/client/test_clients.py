"""Both clients against the service and against servers that misbehave: what they raise, and when they try again."""

import concurrent.futures
import contextlib
import re
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from hourglass.client import HourglassProblem
from tests.conftest import Process, Serve, from_file, wait_until
from tests.hourglass.client.conftest import FASHION, Connect, address, answered

ROOT = Path(__file__).parents[3]


def test_key_opens(connect: Connect, serve: Serve, small: Path) -> None:
    server = serve(models=small, api_keys=("secret",)).base_url
    assert connect(server, api_key="secret").models()
    for key in (None, "wrong"):
        with pytest.raises(HourglassProblem) as caught:
            connect(server, api_key=key).models()
        assert caught.value.status == 401


def test_wrong_parameter_is_named_and_not_tried_again(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    server = serve(models=small)
    with pytest.raises(HourglassProblem) as caught:
        connect(server.base_url).encode(png, quality=101, model=FASHION)
    assert (caught.value.status, caught.value.parameter) == (422, "quality")
    assert answered(server, 422) == 1


def test_late_answer_is_a_problem(connect: Connect, serve: Serve, small: Path) -> None:
    with pytest.raises(HourglassProblem) as caught:
        connect(serve(models=small, deadline_seconds=0.001, max_batch=1).base_url).sample(256)
    assert caught.value.status == 504


def test_refused_call_is_made_again_once_there_is_room(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    server = serve(models=small, queue_bytes=20_000)
    others = b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + bytes(19_990)
    with (
        concurrent.futures.ThreadPoolExecutor(1) as pool,
        socket.create_connection((server.base_url.host, server.base_url.port or 0), 30) as connection,
    ):
        connection.sendall(others)
        wait_until(lambda: "hourglass_held_bytes 19990.0" in server.get("/metrics").text)
        asked = pool.submit(connect(server.base_url, retries=20).encode, png, model=FASHION)
        wait_until(lambda: answered(server, 429) > 0)
        connection.close()
        assert asked.result().startswith(b"HGLS")


@pytest.mark.parametrize("settings", [{"retries": 0}, {"timeout": 0.9}], ids=["no try", "no time"])
def test_refusal_is_raised_where_nothing_is_left_to_try_again(
    connect: Connect, serve: Serve, small: Path, settings: dict[str, Any]
) -> None:
    server = serve(models=small, threads=1, max_batch=1, queue_images=2)
    with pytest.raises(HourglassProblem) as caught:
        connect(server.base_url, **settings).sample(64)
    assert caught.value.status == 429
    assert answered(server, 429) == 1


def test_server_that_is_not_there(connect: Connect, listener: socket.socket) -> None:
    nowhere = address(listener)
    listener.close()
    with pytest.raises(httpx.ConnectError):
        connect(nowhere, retries=1).models()


def test_server_that_hangs_up_and_starts_anew_is_asked_again(
    connect: Connect, serve: Serve, small: Path, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener), retries=50).models)
        with contextlib.closing(listener.accept()[0]) as connection:  # closed before it was read: a reset
            connection.recv(1)
        with contextlib.closing(listener.accept()[0]) as connection:
            head = connection.recv(1 << 16)
        listener.close()
        serve(models=small, port=port)
        assert asked.result()
    said = re.search(rb"\r\nHourglass-Deadline: (.*)\r\n", head, re.IGNORECASE)
    assert said
    assert 0 < float(said[1]) < 60


def test_what_is_left_out_is_not_sent(connect: Connect, listener: socket.socket, png: bytes) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener), retries=0).anomaly_score, png, false_alarm_rate=0.01)
        with contextlib.closing(listener.accept()[0]) as connection:
            head = connection.recv(1 << 16)
    assert head.startswith(b"POST /anomaly-score?false_alarm_rate=0.01 HTTP/1.1\r\n")
    assert isinstance(asked.exception(), httpx.NetworkError | httpx.RemoteProtocolError)


def test_server_that_never_answers_is_given_up(connect: Connect, listener: socket.socket) -> None:
    with pytest.raises(httpx.ReadTimeout):
        connect(address(listener), timeout=0.1).models()
    listener.accept()[0].close()
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):  # it was asked once
        listener.accept()


def test_gateway_that_speaks_no_problems_is_one(connect: Connect, listener: socket.socket) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener)).models)
        with contextlib.closing(listener.accept()[0]) as connection:
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\n\r\n<h1>No</h1>")
        with pytest.raises(HourglassProblem, match=r"^502 Bad Gateway: <h1>No</h1>$"):
            asked.result()


def test_documented_examples_run(process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/client.md"))
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block.replace("http://127.0.0.1:8000", process.url), {"__name__": "example"})
    assert from_file((tmp_path / "photo-again.png").read_bytes()).ndim == 3

"""Who may call, how much and how long."""

import concurrent.futures
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.settings import Settings
from tests.conftest import MODELS, Serve, serving
from tests.service.test_context import writer

FASHION = {"model": "fashion-undercomplete"}

WORK = [("GET", "/models"), ("GET", "/sample"), ("POST", "/encode"), ("POST", "/decode"), ("POST", "/anomaly-score")]


@pytest.fixture(scope="module")
def keyed(few_models: Path) -> Iterator[httpx.Client]:
    with serving(Settings(models=few_models, port=0, api_keys=("first", "second"))) as client:
        yield client


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", "Bearer firs", "Basic second", "second", "Bearer \xe9"]
)
def test_without_a_key_nothing_is_done(keyed: httpx.Client, given: str | None) -> None:
    headers = {} if given is None else {b"Authorization": given.encode("latin-1")}
    for method, path in WORK:
        answer = keyed.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("given", ["Bearer first", "Bearer second", "bearer second", "Bearer  first"])
def test_each_key_opens(keyed: httpx.Client, given: str) -> None:
    assert keyed.get("/models", headers={"Authorization": given}).status_code == 200


def test_without_keys_all_are_let_in(client: httpx.Client) -> None:
    assert client.get("/models", headers={"Authorization": "Bearer anything"}).status_code == 200


def test_body_too_large_by_its_length_is_refused(serve: Serve, png: bytes) -> None:
    client = serve(max_body_bytes=len(png))
    assert client.post("/encode", params=FASHION, content=png).status_code == 200
    answer = client.post("/encode", params=FASHION, content=png + b"\0")
    assert answer.status_code == 413
    assert str(len(png)) in answer.json()["detail"]


def test_body_too_large_as_it_streams_is_refused(serve: Serve) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 1000

    answer = serve(max_body_bytes=10_000).post("/encode", params=FASHION, content=pieces())
    assert "Content-Length" not in answer.request.headers
    assert answer.status_code == 413


def test_body_that_streams_within_the_limit_is_taken(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/encode", params=FASHION, content=iter([png[:100], png[100:]]))
    assert answer.content == client.post("/encode", params=FASHION, content=png).content


def test_late_answer_is_none(serve: Serve) -> None:
    answer = serve(deadline_seconds=0.001, max_batch=1).get("/sample", params={"count": 256})
    assert answer.status_code == 504
    assert "0.001 seconds" in answer.json()["detail"]


def test_caller_may_ask_for_an_earlier_deadline(serve: Serve) -> None:
    client = serve(max_batch=1)
    answer = client.get("/sample", params={"count": 256}, headers={"Hourglass-Deadline": "1e-3"})
    assert answer.status_code == 504
    assert "0.001 seconds" in answer.json()["detail"]


def test_caller_may_not_ask_for_a_later_deadline(serve: Serve) -> None:
    client = serve(max_batch=1, deadline_seconds=0.001)
    answer = client.get("/sample", params={"count": 256}, headers={"Hourglass-Deadline": "60"})
    assert answer.status_code == 504


@pytest.mark.parametrize("said", ["", "soon", "0", "-1", "nan", "1,5"])
def test_deadline_that_is_none_is_refused(client: httpx.Client, said: str) -> None:
    answer = client.get("/sample", headers={"Hourglass-Deadline": said})
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "Hourglass-Deadline"


def test_more_requests_than_may_be_worked_on_are_refused_at_once(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "fashion-variational").symlink_to(MODELS / "fashion-variational")
    client = serve(models=tmp_path, max_requests=1)
    encoder = tmp_path / "fashion-denoising" / "encoder.onnx"
    shutil.copytree(MODELS / "fashion-denoising", encoder.parent)
    graph = encoder.read_bytes()
    encoder.unlink()
    os.mkfifo(encoder)  # the reload waits until the graph is written there
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        reload = pool.submit(client.post, "/models/reload")
        end = writer(encoder)
        refused = client.get("/sample")
        os.set_blocking(end, True)
        with os.fdopen(end, "wb") as file:
            file.write(graph)
        assert reload.result().status_code == 200
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.get("/sample").status_code == 200


def test_full_queue_is_told_with_advice(serve: Serve) -> None:
    client = serve(threads=1, max_batch=1, queue_images=2)
    answer = client.get("/sample", params={"count": 64})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert client.get("/sample", params={"count": 1}).status_code == 200


def test_refused_request_leaves_nothing_in_the_queue(serve: Serve) -> None:
    client = serve(threads=1, max_batch=1, queue_images=40)
    assert client.get("/sample", params={"count": 256}).status_code == 429
    metrics = client.get("/metrics").text
    assert "hourglass_abandoned_total 0.0" not in metrics
    assert "hourglass_queue_items 0.0" in metrics


def test_slow_upload_is_given_up(serve: Serve) -> None:
    client = serve(upload_seconds=0.05)
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), 30) as connection:
        connection.sendall(b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbeginning")
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")

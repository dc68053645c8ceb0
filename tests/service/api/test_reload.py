"""POST /models/reload"""

import concurrent.futures
import os
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.conftest import MODELS, Serve, wait_until
from tests.hourglass.models.test_repository import NAME, rewrite
from tests.load import faults
from tests.load.faults import RAISES, demanding
from tests.service.test_context import writer

OTHER, NEW = "fashion-denoising", "fashion-variational"
PROBLEM = "application/problem+json"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder of one's own, whose files may be tampered with."""
    shutil.copytree(MODELS / NAME, tmp_path / NAME)
    link(tmp_path, OTHER)
    return tmp_path


def link(models: Path, name: str) -> None:
    (models / name).symlink_to(MODELS / name)


def renew(models: Path, version: str = "9.0.0") -> None:
    rewrite(models, lambda manifest: manifest.update(version=version))


def installed(client: httpx.Client) -> dict[str, str]:
    """Names and versions."""
    return {each["name"]: each["version"] for each in client.get("/models").json()["models"]}


def reload(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/models/reload")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_models_come_change_and_go(serve: Serve, models: Path, png: bytes) -> None:
    client = serve(models=models)
    assert client.get("/sample").status_code == 422  # no model is its default yet
    link(models, NEW)
    assert reload(client) == {"added": [NEW], "replaced": [], "removed": [], "kept": [OTHER, NAME]}
    assert client.get("/sample").status_code == 200

    renew(models)
    (models / OTHER).unlink()
    assert reload(client) == {"added": [], "replaced": [NAME], "removed": [OTHER], "kept": [NEW]}
    assert client.get(f"/models/{OTHER}").status_code == 404
    assert client.post("/anomaly-score", content=png).json()["version"] == "9.0.0"

    assert reload(client) == {"added": [], "replaced": [], "removed": [], "kept": [NAME, NEW]}
    lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith("hourglass_model_info{")]
    assert len(lines) == 2
    assert any(f'model="{NAME}"' in line and 'version="9.0.0"' in line for line in lines)


def test_model_that_does_not_hold_is_named_and_the_old_ones_go_on(serve: Serve, models: Path, png: bytes) -> None:
    client = serve(models=models)
    before, score = installed(client), client.post("/anomaly-score", content=png).json()
    link(models, NEW)
    renew(models)
    decoder = models / NAME / "decoder.onnx"
    graph = decoder.read_bytes()
    decoder.write_bytes(graph[:-1])
    refused = client.post("/models/reload")
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, PROBLEM)
    assert f"{NAME}/decoder.onnx: sha256 is" in refused.json()["detail"]
    assert installed(client) == before
    assert client.post("/anomaly-score", content=png).json() == score
    assert client.get("/readyz").status_code == 200

    decoder.write_bytes(graph)
    assert reload(client)["added"] == [NEW]


def test_empty_folder_is_refused(serve: Serve, models: Path) -> None:
    client = serve(models=models)
    before = installed(client)
    shutil.rmtree(models / NAME)
    (models / OTHER).unlink()
    assert client.post("/models/reload").status_code == 409
    assert installed(client) == before


def test_key_is_asked_for(serve: Serve, models: Path) -> None:
    client = serve(models=models, api_keys=("secret",))
    key = {"Authorization": "Bearer secret"}
    link(models, NEW)
    assert client.post("/models/reload").status_code == 401
    answer = client.post("/models/reload", headers=key)
    assert answer.json()["added"] == [NEW]


def test_requests_are_served_meanwhile(serve: Serve, models: Path, png: bytes) -> None:
    client, over = serve(models=models, threads=1), threading.Event()

    def ask(path: str) -> set[int]:
        statuses = set()
        while not over.is_set():
            statuses.add(client.post(path, content=png).status_code)
        return statuses

    paths = ("/anomaly-score", f"/encode?model={NAME}", f"/denoise?model={OTHER}")
    with concurrent.futures.ThreadPoolExecutor(len(paths)) as pool:
        asking = [pool.submit(ask, path) for path in paths]
        try:
            for patch in range(6):
                renew(models, f"9.0.{patch}")
                assert reload(client)["replaced"] == [NAME]
        finally:
            over.set()
        assert [each.result() for each in asking] == [{200}] * len(paths)


def test_of_many_at_once_one_does_it(serve: Serve, models: Path) -> None:
    client = serve(models=models)
    link(models, NEW)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = [each.result() for each in [pool.submit(reload, client) for _ in range(4)]]
    assert sorted(each["added"] for each in told) == [[], [], [], [NEW]]


def test_reload_outlives_its_deadline(serve: Serve, models: Path) -> None:
    client = serve(models=models)
    link(models, NEW)
    assert client.post("/models/reload", headers={"Hourglass-Deadline": "1e-6"}).status_code == 504
    wait_until(lambda: NEW in installed(client))


def test_reload_outlives_its_caller(serve: Serve, models: Path) -> None:
    client = serve(models=models)
    before, encoder = installed(client), models / NEW / "encoder.onnx"
    shutil.copytree(MODELS / NEW, models / NEW)
    graph = encoder.read_bytes()
    encoder.unlink()
    os.mkfifo(encoder)  # who loads the model now waits until the graph is written there
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as caller:
        caller.sendall(b"POST /models/reload HTTP/1.1\r\nHost: here\r\n\r\n")
        end = writer(encoder)
    wait_until(lambda: 'route="/models/reload",status="499"' in client.get("/metrics").text)
    assert installed(client) == before
    os.set_blocking(end, True)
    with os.fdopen(end, "wb") as file:
        file.write(graph)
    wait_until(lambda: NEW in installed(client))


def test_failed_model_is_replaced(serve: Serve, tmp_path: Path) -> None:
    faults.install(tmp_path)
    client = serve(models=tmp_path)
    renew(tmp_path)  # so that it cannot be loaded anew as the model that it was
    with capture_logs():  # a traceback takes seconds to be laid out for a terminal
        assert client.post("/encode", content=demanding(RAISES)).status_code == 503
    assert NAME in client.get("/readyz").json()["detail"]
    assert reload(client)["replaced"] == [NAME]
    assert client.get("/readyz").status_code == 200
    assert client.post("/encode", content=demanding(0)).status_code == 200

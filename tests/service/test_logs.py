"""The log of a real process: one JSON object a line, with ids, and without keys or images."""

import base64
import json
from typing import Any

import httpx
import numpy as np

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

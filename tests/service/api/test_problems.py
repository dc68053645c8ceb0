"""Every error is a problem of RFC 9457, with the right status."""

import resource
from collections.abc import Iterator

import httpx
import pytest

from hourglass import errors
from hourglass.errors import BadParameter, HourglassError, NoSuchModel, QueueFull
from service.api.problems import STATUS, of_error
from tests.conftest import Launch
from tests.load.traffic.pictures import blank


def kinds() -> Iterator[type[HourglassError]]:
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, HourglassError) and each is not HourglassError:
            yield each


def test_every_error_has_a_status() -> None:
    assert set(STATUS) == set(kinds())
    assert all(400 <= status < 600 and status != 500 for status in STATUS.values())


def test_problem_tells_the_error() -> None:
    told = of_error(NoSuchModel("no model 'x'")).model_dump(exclude_none=True)
    assert told == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "no model 'x'"}


def test_problem_names_the_parameter() -> None:
    told = of_error(BadParameter("quality", "too high"))
    assert (told.parameter, told.detail) == ("quality", "quality: too high")


def test_full_queue_keeps_its_advice() -> None:
    assert QueueFull("full", retry_after=7).retry_after == 7


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/encode", 405), ("DELETE", "/models", 405), ("POST", "/healthz", 405)],
)
def test_errors_of_the_framework_are_problems_too(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("path", ["/encode/", "/Encode", "/encod", "/v1/encode"])
def test_404_names_the_nearest_path(client: httpx.Client, png: bytes, path: str) -> None:
    answer = client.post(path, content=png, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == f"there is no path {path!r}; did you mean /encode?"


def test_405_says_what_is_allowed(client: httpx.Client) -> None:
    assert client.get("/encode").headers["Allow"] == "OPTIONS, POST"


def test_lack_of_memory_is_no_fault_of_the_image(launch: Launch, png: bytes) -> None:
    process = launch(HOURGLASS_THREADS="1")
    post = f"{process.url}/denoise?resize=true&model=fashion-denoising"
    assert httpx.post(post, content=png).status_code == 200
    process.limit(resource.RLIMIT_AS, process.address_bytes + (30 << 20))
    answer = httpx.post(post, content=blank(7000), timeout=60)  # 50 MB at one byte a pixel
    assert answer.status_code == 503
    assert "memory" in answer.json()["detail"]
    assert answer.headers["Retry-After"] == "1"
    assert httpx.post(post, content=png).status_code == 200

"""Parameters that several endpoints share are the same in each of them."""

from typing import Any

import httpx
import pytest

TAKERS = {
    "model": {"/encode", "/denoise", "/anomaly-score", "/sample"},
    "resize": {"/encode", "/denoise", "/anomaly-score"},
    "quality": {"/encode"},
}


@pytest.fixture(scope="module")
def parameters(client: httpx.Client) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The query parameters of the OpenAPI document: by name, then path."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            for each in operation.get("parameters", ()):
                if each["in"] == "query":
                    found.setdefault(each["name"], {}).setdefault(path, []).append(each)
    return found


@pytest.mark.parametrize("name", TAKERS)
def test_each_endpoint_describes_it_alike(parameters: dict[str, dict[str, list[dict[str, Any]]]], name: str) -> None:
    assert parameters[name].keys() == TAKERS[name]
    first, *others = (each for described in parameters[name].values() for each in described)
    assert first["description"]
    assert not first["required"]
    assert all(each == first for each in others)


def test_model_is_by_default_the_one_that_the_list_marks(client: httpx.Client, png: bytes) -> None:
    marked = {task: each["name"] for each in client.get("/models").json()["models"] for task in each["default_for"]}
    for task in ("encode", "denoise", "anomaly-score"):
        plain = client.post(f"/{task}", content=png)
        named = client.post(f"/{task}", params={"model": marked[task]}, content=png)
        assert plain.content == named.content
    assert client.get("/sample").headers["Hourglass-Model"] == marked["sample"]


@pytest.mark.parametrize("path", sorted(TAKERS["model"]))
@pytest.mark.parametrize(("length", "status"), [(64, 404), (65, 422)])
def test_model_has_at_most_64_letters(client: httpx.Client, png: bytes, path: str, length: int, status: int) -> None:
    method, content = ("GET", b"") if path == "/sample" else ("POST", png)
    answer = client.request(method, path, params={"model": "x" * length}, content=content)
    assert answer.status_code == status


@pytest.mark.parametrize(("quality", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
def test_quality_is_1_to_100(client: httpx.Client, png: bytes, quality: int, status: int) -> None:
    assert client.post("/encode", params={"quality": quality}, content=png).status_code == status

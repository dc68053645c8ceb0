"""Endpoints called without FastAPI's solver see the same parameters, and refuse the same ones."""

import httpx
import pytest
from fastapi.routing import APIRoute

from service.api import anomaly, decode, denoise, encode, models, sample
from service.api.requests.direct import directly


def routes(directly_called: bool) -> set[str]:
    found = (route for module in (anomaly, decode, denoise, encode, models, sample) for route in module.router.routes)
    return {
        route.operation_id or ""
        for route in found
        if isinstance(route, APIRoute) and bool(directly(route)) == directly_called
    }


def test_those_with_nothing_but_a_query_are_called_directly() -> None:
    assert routes(directly_called=True) == {"anomalyScore", "decode", "denoise", "encode", "sample"}
    assert routes(directly_called=False) == {"getModel", "listModels", "reloadModels", "sampleAt"}


def test_without_a_query_the_defaults_hold(client: httpx.Client, png: bytes) -> None:
    assert client.post("/encode", content=png).content == client.post("/encode?quality=50", content=png).content


@pytest.mark.parametrize("said", ["true", "1", "yes", "True"])
def test_values_are_read_as_their_types(client: httpx.Client, png: bytes, said: str) -> None:
    answer = client.post("/anomaly-score", params={"heatmap": said}, content=png)
    assert "heatmap" in answer.json()["results"][0]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("quality=0", "quality"),
        ("quality=fine", "quality"),
        ("quality=", "quality"),
        ("resize=perhaps", "resize"),
        (f"model={'x' * 65}", "model"),
        ("resize=true&quality=101", "quality"),
    ],
)
def test_bad_value_is_named(client: httpx.Client, png: bytes, query: str, named: str) -> None:
    answer = client.post(f"/encode?{query}", content=png)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == named
    assert answer.json()["detail"].startswith(f"{named}: ")


def test_other_methods_are_refused_as_ever(client: httpx.Client) -> None:
    answer = client.get("/encode")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"

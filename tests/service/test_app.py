"""The whole application: client generators can use its OpenAPI, and it answers as that says."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_url
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.answers import BITSTREAM
from tests.clients.document import DOCUMENT
from tests.conftest import Serve, read_fixture, to_file

OPERATIONS = [
    "GET /healthz",
    "GET /metrics",
    "GET /models",
    "GET /models/{name}",
    "GET /readyz",
    "GET /sample",
    "POST /anomaly-score",
    "POST /decode",
    "POST /denoise",
    "POST /encode",
    "POST /models/reload",
    "POST /sample",
]
WITHOUT_INPUT = {"GET /healthz", "GET /metrics", "GET /models", "GET /readyz", "POST /models/reload"}
WITH_INPUT = [each for each in OPERATIONS if each not in WITHOUT_INPUT]


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in OPERATIONS:
        method, path = each.split()
        yield document["paths"][path][method.lower()]


def test_no_operation_is_missing(document: dict[str, Any]) -> None:
    found = [f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each]
    assert sorted(found) == OPERATIONS


def test_committed_document_is_what_is_served(document: dict[str, Any]) -> None:
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == document, "make openapi writes it anew"


def test_every_operation_has_its_own_id(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(OPERATIONS)
    assert all(each.isidentifier() for each in ids)


@pytest.mark.parametrize("path", ["/encode", "/denoise", "/anomaly-score"])
def test_image_bodies_are_binary(document: dict[str, Any], path: str) -> None:
    body = document["paths"][path]["post"]["requestBody"]
    assert body["required"]
    assert body["content"]["image/*"]["schema"] == {"type": "string", "format": "binary"}
    assert "file" in body["content"]["multipart/form-data"]["schema"]["properties"]


@pytest.mark.parametrize(
    ("path", "method", "media_type"),
    [
        ("/encode", "post", BITSTREAM),
        ("/decode", "post", "image/png"),
        ("/decode", "post", "image/webp"),
        ("/denoise", "post", "image/jpeg"),
        ("/sample", "get", "image/png"),
        ("/anomaly-score", "post", "image/png"),
    ],
)
def test_binary_answers_are_described(document: dict[str, Any], path: str, method: str, media_type: str) -> None:
    content = document["paths"][path][method]["responses"]["200"]["content"]
    assert content[media_type]["schema"] == {"type": "string", "format": "binary"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_default_is_described_first(client: httpx.Client, document: dict[str, Any], png: bytes, operation: str) -> None:
    method, path = operation.split()
    (described, *_) = document["paths"][path][method.lower()]["responses"]["200"]["content"]
    file = client.post("/encode", content=png).content
    bodies: dict[str, dict[str, Any]] = {
        "POST /decode": {"content": file},
        "POST /sample": {"json": {"z": [[0.0] * 40]}},
    }
    body = bodies.get(operation, {"content": png} if method == "POST" else {})
    answer = client.request(method, path.replace("{name}", "photo-codec"), **body)
    assert answer.headers["Content-Type"].split(";")[0] == described


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert list(answer["content"]) == ["application/problem+json"], (operation["operationId"], status)


def test_work_may_be_refused_for_want_of_a_key(document: dict[str, Any]) -> None:
    for operation in operations(document):
        asked = "security" in operation
        assert asked is ("health" not in operation["tags"])
        assert ("401" in operation["responses"]) is asked


def test_schemas_have_examples(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("Problem", "Encoded", "Score", "Latents"):
        fields = schemas[name].get("properties", {}).values()
        assert "examples" in schemas[name] or any("examples" in field for field in fields), name


def test_other_sites_may_call_only_where_they_are_named(client: httpx.Client, serve: Serve) -> None:
    origin = {"Origin": "https://shop.example"}
    allowed = serve(cors_origins=("https://shop.example",)).get("/healthz", headers=origin)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in client.get("/healthz", headers=origin).headers


CHECKS: list[schemathesis.CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def schema(client: httpx.Client) -> schemathesis.BaseSchema:
    return from_url(f"{client.base_url}/openapi.json")


GARMENTS = [to_file(image) for image in read_fixture("fashion").images[:8]]

schemathesis.openapi.media_type("image/png", st.sampled_from(GARMENTS))


def check(
    schema: schemathesis.BaseSchema, operation: str, data: st.DataObject, mode: schemathesis.GenerationMode
) -> None:
    method, path = operation.split()
    case = data.draw(schema[path][method].as_strategy(generation_mode=mode))
    accept = data.draw(st.sampled_from(["*/*", "application/json", "image/png", "text/html"]))
    case.headers.pop("hourglass-deadline", None)  # 5e-324 seconds are a good value, and too little
    case.call_and_validate(checks=CHECKS, headers={"Accept": accept})


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_good_requests_are_answered_as_described(
    schema: schemathesis.BaseSchema, operation: str, data: st.DataObject
) -> None:
    check(schema, operation, data, schemathesis.GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", WITH_INPUT)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_bad_requests_are_refused_as_described(
    schema: schemathesis.BaseSchema, operation: str, data: st.DataObject
) -> None:
    check(schema, operation, data, schemathesis.GenerationMode.NEGATIVE)

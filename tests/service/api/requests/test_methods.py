"""HEAD wherever GET is, and OPTIONS everywhere, as crawlers, probes and proxies send them."""

import httpx
import pytest

from tests.conftest import Serve

READ = [
    "/healthz",
    "/readyz",
    "/models",
    "/models/fashion-undercomplete",
    "/sample?count=1",
    "/docs",
    "/openapi.json",
]


@pytest.mark.parametrize("path", [*READ, "/metrics", "/models/nonsense", "/sample?count=0", "/nowhere"])
def test_head_is_answered_as_get_without_a_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.content == b""
    if path != "/metrics":  # which counts
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_head_asks_for_a_key_as_get_does(serve: Serve) -> None:
    assert serve(api_keys=("secret",)).head("/models").status_code == 401


def test_head_of_what_takes_no_get_is_refused(client: httpx.Client) -> None:
    answer = client.head("/encode")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_head_is_counted_under_its_own_name(client: httpx.Client) -> None:
    client.head("/healthz")
    assert 'method="HEAD",route="/healthz",status="200"' in client.get("/metrics").text


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/encode", "OPTIONS, POST"),
        ("/sample", "GET, HEAD, OPTIONS, POST"),
        ("/models", "GET, HEAD, OPTIONS"),
        ("/models/reload", "GET, HEAD, OPTIONS, POST"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_tells_what_is_allowed(client: httpx.Client, path: str, allow: str) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.headers["Allow"], answer.content) == (204, allow, b"")
    refused = client.put(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, allow)
    assert refused.json()["detail"].startswith("PUT ")


def test_options_of_no_path_is_not_found(client: httpx.Client) -> None:
    assert client.options("/nowhere").status_code == 404


def test_browsers_still_ask_before_they_call(serve: Serve) -> None:
    client = serve(cors_origins=("https://shop.example",), api_keys=("secret",))
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/encode", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()
    plain = client.options("/encode", headers={"Origin": "https://shop.example"})
    assert (plain.status_code, plain.headers["Allow"]) == (204, "OPTIONS, POST")

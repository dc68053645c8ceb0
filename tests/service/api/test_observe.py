"""What is seen of a request: its id, its timing, its metrics."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

FASHION = {"model": "fashion-undercomplete"}

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NEW = re.compile(r"[0-9a-f]{32}")


def test_request_id_is_taken_over(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "order-66.a_b"}).headers["X-Request-ID"] == "order-66.a_b"


def test_trace_id_is_taken_over(client: httpx.Client) -> None:
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert client.get("/healthz", headers=headers).headers["X-Request-ID"] == TRACE
    both = {**headers, "X-Request-ID": "mine"}
    assert client.get("/healthz", headers=both).headers["X-Request-ID"] == "mine"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Request-ID", ""),
        ("X-Request-ID", "x" * 129),
        ("X-Request-ID", '"}{"level":"error'),
        ("X-Request-ID", "\xe9"),
        ("traceparent", TRACE),
        ("traceparent", f"00-{TRACE.upper()}-00f067aa0ba902b7-01"),
        ("traceparent", f"00-{'0' * 32}-00f067aa0ba902b7-01"),
        ("traceparent", f"ff-{TRACE}-00f067aa0ba902b7-01"),
    ],
)
def test_hostile_id_gives_way_to_a_new_one(client: httpx.Client, header: str, value: str) -> None:
    found = client.get("/healthz", headers={header.encode(): value.encode("latin-1")}).headers["X-Request-ID"]
    assert NEW.fullmatch(found)
    assert found not in {TRACE, "0" * 32}


def test_errors_have_an_id_too(client: httpx.Client) -> None:
    ids = {client.get("/nowhere").headers["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2


def timing(answer: httpx.Response) -> dict[str, float]:
    parts = (part.split(";dur=") for part in answer.headers["Server-Timing"].split(", "))
    return {name: float(milliseconds) for name, milliseconds in parts}


def test_server_timing_tells_each_stage(client: httpx.Client, png: bytes) -> None:
    told = timing(client.post("/encode", params=FASHION, content=png))
    assert list(told) == ["decode", "queue", "inference", "encode", "total"]
    assert all(milliseconds >= 0 for milliseconds in told.values())
    assert sum(told.values()) <= 2 * told["total"] + 0.01


def test_server_timing_is_on_errors_too(client: httpx.Client) -> None:
    assert set(timing(client.post("/decode", content=b"nonsense"))) == {"decode", "total"}
    assert set(timing(client.get("/nowhere"))) == {"total"}


def series(client: httpx.Client) -> Iterator[tuple[str, str]]:
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            yield sample.name, str(sorted(sample.labels.items()))


def value(client: httpx.Client, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_route_and_status(client: httpx.Client, png: bytes) -> None:
    line = 'hourglass_requests_total{method="POST",route="/encode",status="200"}'
    before = value(client, line)
    client.post("/encode", params=FASHION, content=png)
    assert value(client, line) == before + 1


def test_what_the_models_did_is_counted(client: httpx.Client, png: bytes) -> None:
    lines = [
        'hourglass_bits_per_pixel_count{model="fashion-undercomplete"}',
        'hourglass_anomaly_percentile_count{model="fashion-undercomplete"}',
        "hourglass_batch_size_count",
    ]
    before = [value(client, line) for line in lines]
    client.post("/encode", params=FASHION, content=png)
    client.post("/anomaly-score", content=png)
    assert [value(client, line) for line in lines] == [before[0] + 1, before[1] + 1, before[2] + 2]


def test_strangers_make_no_series(client: httpx.Client, png: bytes) -> None:
    def strange(number: int) -> None:
        client.get(f"/nowhere/{number}")
        client.get(f"/models/unknown-{number}")
        client.post("/encode", params={"model": f"unknown-{number}"}, content=png)
        client.request(f"METHOD{number}", "/nowhere")
        client.request("PROPFIND", "/encode")
        client.request("MKCOL", "/encode")
        client.get("/metrics")

    strange(0)
    before = set(series(client))
    assert not any("PROPFIND" in labels or "MKCOL" in labels for _, labels in before)
    for number in range(1, 5):
        strange(number)
    assert set(series(client)) == before


def test_idle_service_has_nothing_in_flight(client: httpx.Client) -> None:
    assert value(client, "hourglass_requests_in_flight") == 0
    assert value(client, "hourglass_queue_items") == 0


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [("1.1", 0, 400), ("1.1", 1, 200), ("1.1", 2, 400), ("1.0", 0, 200), ("1.0", 1, 200), ("1.0", 2, 400)],
)
def test_request_has_one_host(client: httpx.Client, version: str, hosts: int, status: int) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), 30) as connection:
        head = f"GET /healthz HTTP/{version}\r\n" + "Host: x\r\n" * hosts + "Connection: close\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/healthz", {"Accept": "a/b," * 512}, 200),
        ("/healthz", {"Accept": "a/b," * 512 + "*/*"}, 431),
        ("/healthz", {"Content-Type": "multipart/form-data;" + ";" * 5000}, 431),
        ("/healthz", [("Accept", "a/b," * 300), ("Accept", "a/b," * 300)], 431),
        ("/healthz", {"Cookie": "x" * 60_000}, 200),
        ("/healthz?" + "x" * (8 << 10), {}, 200),
        ("/healthz?" + "x" * (8 << 10) + "x", {}, 414),
    ],
)
def test_what_is_parsed_of_a_head_is_short(
    client: httpx.Client, target: str, headers: dict[str, str] | list[tuple[str, str]], status: int
) -> None:
    bare = httpx.Client(base_url=client.base_url, headers={})
    bare.headers.clear()
    with bare:
        answer = bare.get(target, headers=headers)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["status"] == status

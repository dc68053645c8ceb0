"""Small requests that ask for much work: they are refused before the work is done."""

import asyncio
from collections.abc import Callable

import pytest

from tests.conftest import wait_until
from tests.load.faults import demanding
from tests.load.traffic.pictures import blank, padded, rescanned
from tests.load.traffic.wire import exchange, request
from tests.load.watched import Watched

pytestmark = pytest.mark.timing

SIZE = 30 << 20
"""Bytes; just within what a body may have."""

CORE_SECONDS = 2
"""What a bomb may cost. Without the refusal, the smallest of these costs twice that and the largest minutes."""


def image(file: bytes) -> bytes:
    return request("POST", "/encode?resize=true", file)


def latents(body: bytes) -> bytes:
    return request("POST", "/sample", body, Content_Type="application/json")


BOMBS: dict[str, Callable[[], bytes]] = {
    "pixels": lambda: image(blank(30000)),
    "chunks": lambda: image(padded(demanding(0), SIZE)),
    "scans": lambda: image(rescanned(7000, SIZE // 10)),
    "scans of few pixels": lambda: image(rescanned(8, SIZE)),
    "numbers": lambda: latents(b'{"z": [[' + b"0," * (SIZE // 2) + b"0]]}"),
    "vectors": lambda: latents(b'{"z": [' + b"[]," * (SIZE // 3) + b"[]]}"),
    "errors": lambda: latents(b'{"z": [["' + b'","' * (SIZE // 3) + b'"]]}'),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_costs_little(narrow: Watched, name: str) -> None:
    before = narrow.cpu_seconds
    answer = asyncio.run(exchange(narrow.port, BOMBS[name]()))
    wait_until(lambda: narrow.busy_share(0.1) < 0.5)
    assert answer.status in {413, 422}
    assert narrow.cpu_seconds - before < CORE_SECONDS

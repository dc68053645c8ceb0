"""Clients of both kinds, servers for them, and a port on which nobody answers."""

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from hourglass.client import AsyncHourglass, Hourglass

FASHION = "fashion-undercomplete"

Connect = Callable[..., Hourglass]


class Awaited:
    """An AsyncHourglass, each of whose methods is awaited."""

    def __init__(self, hourglass: AsyncHourglass) -> None:
        self._hourglass, self._runner = hourglass, asyncio.Runner()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._hourglass, name)
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))

    def __enter__(self) -> "Awaited":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._hourglass.aclose())
        self._runner.close()


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client, of either kind: ``connect(url, retries=0).encode(png)``."""
    with contextlib.ExitStack() as opened:

        def connected(
            url: httpx.URL | str, api_key: str | None = None, timeout: float = 60, retries: int = 3
        ) -> Hourglass:
            settings = (str(url), api_key, timeout, retries)
            if request.param == "sync":
                return opened.enter_context(Hourglass(*settings))
            return cast("Hourglass", opened.enter_context(Awaited(AsyncHourglass(*settings))))

        yield connected


@pytest.fixture
def small(few_models: Path, tmp_path: Path) -> Path:
    """A models folder that is quick to load."""
    for model in (FASHION, "fashion-variational"):
        (tmp_path / model).symlink_to(few_models / model)
    return tmp_path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that takes connections, and answers none by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        yield listener


def address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def answered(client: httpx.Client, status: int) -> float:
    """How many requests for work the service has answered with ``status``."""
    found = re.findall(rf'^hourglass_requests_total{{.*status="{status}"}} (.*)$', client.get("/metrics").text, re.M)
    return sum(float(count) for count in found)

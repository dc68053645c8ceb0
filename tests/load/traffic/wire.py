"""HTTP/1.1 on bare sockets: what is sent is bytes, so that it may be wrong, late, or cut short."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.conftest import PATIENCE


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 where the connection ended without an answer; ``headers`` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


def request(method: str, target: str, body: bytes = b"", /, **headers: str) -> bytes:
    """A whole request, after which the connection ends. ``content_type=...`` is the header Content-Type."""
    head = {"Host": "hourglass", "Connection": "close", "Content-Length": str(len(body))}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def exchange(port: int, *pieces: bytes, pause: float = 0, sip: float = 0, address: str = "127.0.0.1") -> Answer:
    """The answer to ``pieces``, sent on a new connection from ``address`` with ``pause`` seconds between them.

    It is read at once, or with ``sip`` in 4 KiB with so many seconds between them.

    Raises TimeoutError if there is neither an answer nor an end.
    """
    began = time.perf_counter()
    received = b""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        try:
            sending = asyncio.ensure_future(_send(writer, pieces, pause))
            try:
                while chunk := await reader.read(4 << 10 if sip else 1 << 16):
                    received += chunk
                    if sip:
                        await asyncio.sleep(sip)
            except ConnectionError:
                pass  # closed while we were sending: what was answered before counts
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        finally:
            writer.transport.abort()
    return _parse(received, time.perf_counter() - began)


async def abandon(port: int, *pieces: bytes, reset: bool = False) -> None:
    """Sends ``pieces`` and hangs up without reading; with ``reset`` rudely (RST)."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    await _send(writer, pieces, 0)
    if reset:
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def sulk(port: int, request: bytes) -> None:
    """Sends a request again and again, reads nothing, and returns when it has been cut off.

    Raises TimeoutError if it never is.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        connection.setblocking(False)
        async with asyncio.timeout(PATIENCE):
            await loop.sock_connect(connection, ("127.0.0.1", port))
            with contextlib.suppress(ConnectionError):
                while True:
                    await loop.sock_sendall(connection, request)
                    await asyncio.sleep(0.02)


async def _send(writer: asyncio.StreamWriter, pieces: Iterable[bytes], pause: float) -> None:
    for number, piece in enumerate(pieces):
        if number and pause:
            await asyncio.sleep(pause)
        writer.write(piece)
        await writer.drain()


def _parse(received: bytes, seconds: float) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100 "):
        head, _, body = body.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 "):
        return Answer(0, {}, received, seconds)
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Answer(int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, body, seconds)

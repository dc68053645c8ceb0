"""A stranger who asks /healthz all the while: as a process of its own, which the load does not slow down."""

import socket
import time


def healthz_seconds(port: int, seconds: float) -> list[float]:
    """How long each answer took, of some hundred in ``seconds``."""
    took = []
    end = time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        while time.monotonic() < end:
            began = time.monotonic()
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            received = b""
            while not received.endswith(b"ok\n"):
                received += connection.recv(1000)
            took.append(time.monotonic() - began)
            time.sleep(0.005)
    return took

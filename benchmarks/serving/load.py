"""Clients that ask without pause: wrk, which costs the server's cores a few hundredths of a millisecond a request."""

import json
import os
import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.server import Server

SCRIPT = Path(__file__).with_name("load.lua")


class NoLoad(Exception):
    """wrk is missing, or failed."""


@dataclass(frozen=True)
class Load:
    """What clients saw in ``seconds``: ``refused`` requests had another status than 2xx or 3xx, ``broken`` no answer.

    ``requests`` counts those with any answer; ``cpu_seconds`` is what the clients themselves used.
    """

    requests: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p99_ms: float
    cpu_seconds: float


def require_wrk() -> None:
    """Raises NoLoad, saying how to install it, where there is no wrk."""
    if not shutil.which("wrk"):
        raise NoLoad("the load comes from wrk, which is not installed; on Debian: apt-get install wrk")


def write_bodies(server: Server, folder: Path) -> list[Path]:
    """Writes a request body for each image of the server's work, where ``press`` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / str(number) for number in range(len(server.work.files))]
    for path, file in zip(paths, server.work.files, strict=True):
        path.write_bytes(server.contender.body(file))
    return paths


def press(server: Server, bodies: list[Path], clients: int, seconds: float) -> Load:
    """Loads ``server`` with ``clients`` connections, each of which sends its next request at once. Raises NoLoad."""
    command = ["wrk", "--threads=1", f"--connections={clients}", f"--duration={round(seconds)}s", "--timeout=60s"]
    command += [f"--script={SCRIPT}", server.url, "--", server.media_type, *map(str, bodies)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise NoLoad(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(**json.loads(done.stdout.splitlines()[-1]), cpu_seconds=cpu_seconds)

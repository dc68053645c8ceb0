"""A contender at work: started, asked, measured from outside, and stopped with all its processes."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.serving.contender import Contender
from benchmarks.serving.work import ROOT, Work
from hourglass.models.runtime import usable_cores

START_SECONDS = 60
STOP_SECONDS = 15
TOLERANCE = 1e-3
"""Relative difference of scores, as batches of different sizes may cause it."""


class ServerFailed(Exception):
    """A server does not start, or does not compute what it should; says why."""


@dataclass(frozen=True)
class Usage:
    """``seconds`` of CPU by process id, ``memory`` in bytes (proportional set size) of all processes together."""

    seconds: dict[int, float]
    memory: int

    def since(self, before: "Usage") -> float:
        """CPU seconds since an earlier look."""
        return sum(seconds - before.seconds.get(pid, 0) for pid, seconds in self.seconds.items())


class Server:
    """A running contender at ``url``, asked for the score of images of ``work``."""

    def __init__(self, contender: Contender, work: Work, process: subprocess.Popen[bytes], port: int) -> None:
        self.contender, self.work = contender, work
        self.media_type = contender.media_type or work.media_type
        self.url = f"http://127.0.0.1:{port}{contender.path}"
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, file: bytes) -> float:
        """The score of an image file. Raises OSError where there is no answer, or one that is an error."""
        body = self.contender.body(file)
        request = urllib.request.Request(self.url, body, {"Content-Type": self.media_type})
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return self.contender.score(json.load(answer))

    def check(self, expected: list[float]) -> None:
        """Raises ServerFailed unless it scores the images of its work as ``expected``."""
        for file, score in zip(self.work.files, expected, strict=True):
            found = self.ask(file)
            if abs(found - score) > TOLERANCE * score:
                raise ServerFailed(f"it scores an image {found}, not {score}")

    def usage(self) -> Usage:
        """What all its processes have used so far."""
        leader = psutil.Process(self.pid)
        processes = [leader, *leader.children(recursive=True)]
        seconds = {each.pid: sum(each.cpu_times()[:2]) for each in processes}
        return Usage(seconds, sum(each.memory_full_info().pss for each in processes))


@contextmanager
def serving(contender: Contender, work: Work, log: Path) -> Iterator[Server]:
    """Runs a contender until the block ends; its output goes to ``log``. Raises ServerFailed if it does not answer."""
    ports = _free_ports(3)
    names = {"models": str(work.model.parent), "model": str(work.model), "batch": str(work.batch)}
    names |= {"cores": str(usable_cores()), "port": str(ports[0]), "port2": str(ports[1]), "port3": str(ports[2])}
    environment = {name.upper(): value for name, value in names.items()}
    environment |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(log.parent)}  # some leave sockets behind
    environment |= {name: value.format(**names) for name, value in contender.environment.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [part.format(**names) for part in contender.command],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        server = Server(contender, work, process, ports[0])
        _await_answer(server, log)
        yield server
    finally:
        _stop(process)


def _await_answer(server: Server, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.alive:
        try:
            server.ask(server.work.files[0])
            return
        except urllib.error.HTTPError as error:
            problem = f"it answers {error.code}"
        except OSError:
            problem = "it takes no connection"
        time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    told = next((line for line in reversed(lines) if "Error" in line), lines[-1] if lines else "no word")
    raise ServerFailed(f"{problem if server.alive else 'it ended'}: {told.strip()[:200]}")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the whole process group: asks the leader, which ends its workers, then kills what is left."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""Where the time of a request goes: by stage, from the service's own metrics, and by code, as py-spy samples it."""

import re
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.load import press, write_bodies
from benchmarks.serving.server import Server, serving
from benchmarks.serving.work import Work

SAMPLES_A_SECOND = 200
REST = "everything else"
IDLE = ("service/scheduling/workers.py", "threading.py", "queue.py")
"""A thread whose innermost frame is here waits for work."""

CODE = {
    "image decoding": ("PIL/", "hourglass/imaging/"),
    "inference": ("onnxruntime/", "hourglass/models/runtime.py"),
    "the score": ("hourglass/models/",),
    "engine": tuple(f"service/scheduling/{name}.py" for name in ("engine", "batches", "pool", "turns", "workers")),
    "metrics": ("prometheus_client/", "service/metrics.py"),
    "logging": ("structlog/", "logging/", "service/logs.py"),
    "HTTP": ("uvicorn/",),
    "framework": ("fastapi/", "starlette/", "pydantic/", "anyio/", "mimeparse"),
    "the service's own endpoints": ("service/", "hourglass/"),
    "event loop": ("asyncio/",),
}
"""By the path of a source file. A sample belongs to the innermost of its frames that any of these names."""


@dataclass(frozen=True)
class Profile:
    """One load: ``stages`` in milliseconds a request, and ``code``, the share of the process's busy time."""

    work: str
    clients: int
    stages: dict[str, float]
    code: dict[str, float]


def profile(work: Work, clients: int, seconds: float, scratch: Path) -> Profile:
    """Profiles Hourglass under load. Raises ServerFailed, NoLoad, or OSError where py-spy may not look."""
    with serving(HOURGLASS, work, scratch / f"profile-{work.name}.log") as server:
        bodies = write_bodies(server, scratch / f"profile-{work.name}")
        press(server, bodies, clients, 1)
        before = _totals(server)
        press(server, bodies, clients, seconds)
        stages = _stages(before, _totals(server))
        return Profile(work.name, clients, stages, _code(server, bodies, clients, seconds, scratch / "stacks"))


def _totals(server: Server) -> dict[str, float]:
    """Totals so far: the seconds of each stage, the seconds of whole requests, and the number of requests."""
    metrics = server.url.removesuffix(HOURGLASS.path) + "/metrics"
    with urllib.request.urlopen(metrics) as answer:
        text = answer.read().decode()
    totals = {stage: float(seconds) for stage, seconds in re.findall(r'stage_seconds_sum{stage="(\w+)"} (\S+)', text)}
    for name in ("sum", "count"):
        found = re.search(rf'request_seconds_{name}{{route="{HOURGLASS.path}"}} (\S+)', text)
        totals[name] = float(found[1]) if found else 0.0
    return totals


def _stages(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    spent = {name: value - before.get(name, 0.0) for name, value in after.items()}
    requests, whole = spent.pop("count"), spent.pop("sum")
    return {name: 1e3 * s / requests for name, s in {**spent, REST: whole - sum(spent.values())}.items() if s}


def _code(server: Server, bodies: list[Path], clients: int, seconds: float, stacks: Path) -> dict[str, float]:
    command = ["record", f"--pid={server.pid}", "--format=raw", f"--output={stacks}", f"--rate={SAMPLES_A_SECOND}"]
    program = Path(sys.executable).with_name("py-spy")
    with subprocess.Popen(
        [program, *command, f"--duration={round(seconds)}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as spy:
        press(server, bodies, clients, seconds + 1)
        _, errors = spy.communicate()
    if spy.returncode:
        raise OSError(f"py-spy failed: {errors.decode().strip()}")
    return shares(stacks.read_text(encoding="utf-8"))


def shares(stacks: str) -> dict[str, float]:
    """The share of each kind of code in collapsed stacks: lines of ``frame;frame;... count``, the innermost last."""
    counts: Counter[str] = Counter()
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        files = [frame.partition(" (")[2] for frame in reversed(frames.split(";"))]
        if not files[0].startswith(IDLE):
            counts[_kind(files)] += int(count)
    return {kind: count / counts.total() for kind, count in counts.most_common()}


def _kind(files: list[str]) -> str:
    """The kind of the first of ``files`` that has one."""
    return next((kind for file in files for kind, paths in CODE.items() if file.startswith(paths)), REST)

"""What a run of the benchmark finds, and the file that keeps it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.serving.machine import Machine
from benchmarks.serving.profile import Profile

CLIENTS = (1, 8, 32)


@dataclass(frozen=True)
class Sample:
    """One contender under one load for ``seconds``. Of a bare loop, a request is an image, and a client one in hand.

    ``failed`` counts requests without an answer, or with one that is an error. ``memory`` is in bytes.
    """

    work: str
    contender: str
    clients: int
    seconds: float
    requests: int
    failed: int
    p50_ms: float
    p99_ms: float
    server_seconds: float
    client_seconds: float
    memory: int

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (self.requests - self.failed) / self.seconds


@dataclass
class Results:
    """All that one run of the benchmark found; ``absent`` says of each contender that is left out why."""

    machine: Machine
    works: dict[str, str]
    repeats: int
    samples: list[Sample] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    profiles: list[Profile] = field(default_factory=list)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Results":
        """What ``write`` wrote."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["machine"] = Machine(**stored["machine"])
        stored["samples"] = [Sample(**each) for each in stored["samples"]]
        stored["profiles"] = [Profile(**each) for each in stored["profiles"]]
        return cls(**stored)

"""What a run of the benchmark finds."""

from dataclasses import dataclass, field

from benchmarks.machine import Machine
from benchmarks.serving.profile import Profile

CLIENTS = (1, 8, 32)


@dataclass(frozen=True)
class Sample:
    """One contender under one load for ``seconds``. For a bare loop, a request is an image, and a client
    is one of the images worked on at once.

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
    """All that one run of the benchmark found; ``absent`` says why a contender was left out."""

    machine: Machine
    works: dict[str, str]
    repeats: int
    samples: list[Sample] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    profiles: list[Profile] = field(default_factory=list)

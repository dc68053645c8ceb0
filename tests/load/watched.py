"""The service as its own process, seen from outside: what Linux and its own /metrics say of it."""

import os
import time
from pathlib import Path

import httpx

from tests.conftest import Process

_TICK = os.sysconf("SC_CLK_TCK")


class Watched(Process):
    """``python -m service``, and its memory, time, children and metrics."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def resident_bytes(self) -> int:
        """Its memory now, as ``ps`` tells it."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return 1024 * int(status.partition("\nVmRSS:")[2].split()[0])

    @property
    def children(self) -> list[int]:
        """The processes it has started."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def busy_share(self, seconds: float) -> float:
        """How many cores it keeps busy, over ``seconds`` from now."""
        began, before = time.monotonic(), self.cpu_seconds
        time.sleep(seconds)
        return (self.cpu_seconds - before) / (time.monotonic() - began)

    def metric(self, series: str) -> float:
        """A series by its name and labels, without the prefix: ``rebuilds_total{...}``. It must be there."""
        text = httpx.get(f"{self.url}/metrics").raise_for_status().text
        return float(text.partition(f"\nhourglass_{series} ")[2].split()[0])

    def ready(self) -> httpx.Response:
        """What /readyz answers now."""
        return httpx.get(f"{self.url}/readyz")

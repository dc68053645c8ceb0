"""The machine on which a benchmark ran, and the versions of what it ran."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from hourglass.models.runtime import usable_cores


@dataclass(frozen=True)
class Machine:
    """``memory`` in bytes; ``packages`` are versions by name."""

    processor: str
    cores: int
    memory: int
    system: str
    python: str
    packages: dict[str, str]

    @classmethod
    def here(cls, packages: tuple[str, ...], libraries: Mapping[str, str] = {}) -> "Machine":
        """This machine, with the versions of installed ``packages``, and those given of ``libraries`` inside them.

        Raises PackageNotFoundError if a package is not installed.
        """
        versions = {**{name: version(name) for name in packages}, **libraries}
        memory = int(psutil.virtual_memory().total)
        return cls(_processor(), usable_cores(), memory, platform.system(), platform.python_version(), versions)

    @property
    def described(self) -> str:
        """All of it in a sentence of two lines, for the reader."""
        packages = ", ".join(f"{name} {version}" for name, version in self.packages.items())
        hardware = f"{self.cores} cores of {self.processor}, {self.memory / 2**30:.0f} GiB"
        return f"{hardware}, {self.system}, Python {self.python};\n{packages}."


def _processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())

"""What was measured on, and with which versions."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from service.runtime import usable_cores


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
    def here(cls) -> "Machine":
        packages = {name: version(name) for name in ("onnxruntime", "numpy", "pillow", "fastapi", "uvicorn")}
        memory = int(psutil.virtual_memory().total)
        return cls(_processor(), usable_cores(), memory, platform.system(), platform.python_version(), packages)


def _processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())

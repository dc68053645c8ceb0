"""What a run of the benchmark finds, and the file that keeps it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.serving.machine import Machine


@dataclass(frozen=True)
class Sample:
    """One image with one noise, cleaned once by one contender."""

    image: str
    noise: str
    contender: str
    psnr_db: float
    ssim: float
    ms: float


@dataclass(frozen=True)
class Cut:
    """A part of an image, in the PNG file ``file``, with what stands above it; it is in a row of a sheet."""

    sheet: str
    row: str
    label: str
    file: str


@dataclass
class Results:
    """All that one run found; ``images`` says what was cleaned, ``settings`` how, by contender."""

    machine: Machine
    images: str
    settings: dict[str, str]
    samples: list[Sample] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Results":
        """What ``write`` wrote."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["machine"] = Machine(**stored["machine"])
        stored["samples"] = [Sample(**each) for each in stored["samples"]]
        stored["cuts"] = [Cut(**each) for each in stored["cuts"]]
        return cls(**stored)

"""What a run of the benchmark finds."""

from dataclasses import dataclass, field

from benchmarks.machine import Machine


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
    """A part of an image, in the PNG file ``file``, with the label above it, in a row of a sheet."""

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

"""What a run of the benchmark finds."""

from dataclasses import dataclass, field

from benchmarks.machine import Machine


@dataclass(frozen=True)
class Sample:
    """One image by one codec at one quality. ``bytes`` are those on disk; the times are of each repeat."""

    image: str
    contender: str
    quality: int
    pixels: int
    bytes: int
    psnr_db: float
    ms_ssim: float
    encode_ms: list[float]
    decode_ms: list[float]

    @property
    def bpp(self) -> float:
        return 8 * self.bytes / self.pixels


@dataclass(frozen=True)
class Cut:
    """A part of an image as a codec leaves it, in the PNG file ``file``; ``bytes`` and PSNR are of the whole image.

    For the original, ``bytes`` are those of its pixels, and there is no PSNR.
    """

    image: str
    contender: str
    bytes: int
    psnr_db: float | None
    file: str


@dataclass
class Results:
    """All that one run found; ``images`` says what was coded, ``settings`` how, by contender."""

    machine: Machine
    images: str
    repeats: int
    settings: dict[str, str]
    samples: list[Sample] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

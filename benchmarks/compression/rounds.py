"""The measurements: an image at a time, by every codec at every quality, over and over and in turn."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.compression.contender import Contender
from benchmarks.compression.fidelity import ms_ssim
from benchmarks.compression.results import Sample
from benchmarks.photographs import Pixels, read_photograph
from hourglass.imaging.fidelity import psnr


@dataclass
class Trial:
    """A codec at one quality; ``file`` is where it writes."""

    contender: Contender
    quality: int
    file: Path
    encode_ms: list[float] = field(default_factory=list)
    decode_ms: list[float] = field(default_factory=list)

    def run(self, pixels: Pixels) -> None:
        """Times pixels → file on disk, and the bytes of that file → pixels."""
        began = time.perf_counter()
        self.file.write_bytes(self.contender.encode(pixels, self.quality))
        self.encode_ms.append(1e3 * (time.perf_counter() - began))
        data = self.file.read_bytes()
        began = time.perf_counter()
        self.contender.decode(data)
        self.decode_ms.append(1e3 * (time.perf_counter() - began))

    def sample(self, image: str, x: Pixels) -> Sample:
        """The sample of all runs, with the fidelity of the file on disk, decoded once more."""
        data = self.file.read_bytes()
        x_hat = self.contender.decode(data)
        pixels = x.shape[0] * x.shape[1]
        fidelity = psnr(x, x_hat, peak=255), ms_ssim(x, x_hat)
        name = self.contender.name
        return Sample(image, name, self.quality, pixels, len(data), *fidelity, self.encode_ms, self.decode_ms)


def measure(
    images: Sequence[Path], contenders: Sequence[Contender], repeats: int, scratch: Path, advance: Callable[[], None]
) -> Iterator[Sample]:
    """Codes every image ``repeats`` times by every contender at each of its qualities.

    ``scratch`` is a folder for the files; ``advance`` is called ``steps(...)`` times. Images are scored after they are
    timed, as the threads of torch would be in the way.
    """
    for contender in contenders:  # the first call of each loads what it needs
        Trial(contender, contender.qualities[0], scratch / "warm-up").run(read_photograph(images[0]))
    for path in images:
        pixels = read_photograph(path)
        trials = [
            Trial(contender, quality, scratch / f"{contender.name}-{quality}")
            for ranked in zip(*(contender.qualities for contender in contenders), strict=True)
            for contender, quality in zip(contenders, ranked, strict=True)
        ]
        for _ in range(repeats):
            for trial in trials:
                trial.run(pixels)
                advance()
        for trial in trials:
            yield trial.sample(path.name, pixels)
            advance()


def steps(images: Sequence[Path], contenders: Sequence[Contender], repeats: int) -> int:
    """How often ``measure`` calls ``advance``."""
    return len(images) * sum(len(contender.qualities) for contender in contenders) * (repeats + 1)

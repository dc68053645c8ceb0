"""python -m tests.load.fuzz: damaged and forged photo files, and what the decoder made of them.

Damage is found by the checksum, so most inputs end there. A forged file has the right checksum over wrong contents, and
some have the right checksum of the latents, too: they reach the entropy decoder, and the last ones the network. Each
input follows from the seed and its number alone, so a finding can be tried again: ``--first N --inputs 1``.
"""

import argparse
import re
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

import numpy as np

from hourglass.bitstream.container import NO_SYMBOLS, Container
from hourglass.errors import BadBitstream
from hourglass.imaging import Metadata, Picture
from hourglass.models.codec import Codec
from hourglass.models.codec.codec import STRIDE, _check
from hourglass.models.files import models_folder
from hourglass.models.work import finish

FORGED = 1 / 40
"""Share of all inputs; half of them have the right checksum of the latents."""

SIDES = (1, 2, 28, 63, 64, 65, 128)
"""Sides that a forged header claims. Larger ones are refused by the API."""

SLOW = 1
"""CPU seconds that an input may take."""

WARM_UP = 200
GROWTH_MIB = 64
"""MiB by which peak memory may grow after the warm-up."""


EXIF = b"MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\4Me!\0\0\0\0\0"
"""That Me! made the camera."""


def samples(codec: Codec) -> list[bytes]:
    """Small files of all kinds: qualities, odd sizes, and everything that may stand beside the image."""
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (65, 64, 3), np.uint8)
    smooth = np.add.outer(np.arange(64), 2 * np.arange(64))[:, :, None].repeat(3, 2).astype(np.uint8)
    alpha = random.integers(0, 2, (64, 64), np.uint8) * np.uint8(255)
    return [
        codec.encode(noise, 100),
        codec.encode(noise[:1, :1], 50),
        codec.encode(smooth, 1),
        codec.encode(smooth[:, :, :1], 60),
        codec.encode(Picture(smooth, alpha, bytes(range(200))), 30),
        codec.encode(Picture(smooth[:9, :9], metadata=Metadata(EXIF, b"<x:xmpmeta/>")), 30),
    ]


class Fuzz:
    """Tries inputs on a codec and keeps what it finds wrong in ``findings``, and what took long in ``slow``."""

    def __init__(self, seed: int) -> None:
        self._codec = Codec.open(models_folder() / "photo-codec", "cpu", 1)
        self._samples, self._seed = samples(self._codec), seed
        self.findings: list[str] = []
        self.slow: list[str] = []
        self.ends: Counter[str] = Counter()

    def run(self, numbers: Iterable[int]) -> None:
        """Tries WARM_UP inputs, then those of ``numbers``, then checks how peak memory has grown."""
        for number in range(WARM_UP):
            self._try(number)
        before = peak_mib()
        self.ends.clear()
        for number in numbers:
            self._try(number)
        if peak_mib() > before + GROWTH_MIB:
            self.findings.append(f"memory: {peak_mib()} MiB, {before} MiB after the warm-up")

    def input(self, number: int) -> bytes:
        random = Random(f"{self._seed}-{number}")
        sample = random.choice(self._samples)
        if random.random() < FORGED:
            return self._forge(sample, random)
        damaged = damage(sample, random)
        return damaged if damaged != sample else damaged + b"\0"

    def _forge(self, sample: bytes, random: Random) -> bytes:
        container = Container.unpack(sample)
        sections = [damage(section, random) if random.random() < 0.6 else section for section in container.sections]
        if random.random() < 0.1:
            sections = [*sections[: random.randint(1, 3)], random.randbytes(random.randint(0, 20))]
        if random.random() < 0.4:
            width, height = random.choice(SIDES), random.choice(SIDES)
            container = replace(container, quality=random.randint(1, 100), width=width, height=height)
        if random.random() < 0.5:
            sections[0] = self._match_latents(container, sections[0][4:])
        return replace(container, sections=tuple(sections)).pack(NO_SYMBOLS)

    def _match_latents(self, container: Container, symbols: bytes) -> bytes:
        """A section of ``symbols``, with the checksum of whatever they decode to."""
        height, width = (-(-side // 64) * 64 // STRIDE for side in (container.height, container.width))
        try:
            work = self._codec._loaded.entropy.decoding(symbols, height, width, container.quality)
            return _check(*finish(work)) + symbols
        except BadBitstream:
            return bytes(4) + symbols

    def _try(self, number: int) -> None:
        data = self.input(number)
        start = time.process_time()
        try:
            pixels = self._codec.decode(data).pixels
            container = Container.unpack(data)
            end = "decoded" if pixels.shape[:2] == (container.height, container.width) else "of another shape"
        except BadBitstream as error:
            end = re.sub(r"\d+", "N", str(error).partition(":")[0])
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a panic of the range coder is no Exception
            end = repr(error)
            self.findings.append(f"{number}: {error!r}")
        self.ends[end] += 1
        if end == "of another shape":
            self.findings.append(f"{number}: {end}")
        if time.process_time() - start > SLOW:
            self.slow.append(f"{number}: {end}, {time.process_time() - start:.1f} s")


def damage(data: bytes, random: Random) -> bytes:
    """One to four kinds of damage: bits flipped, bytes changed, cut, put in, left out or repeated."""
    damaged = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        at, length = random.randint(0, len(damaged)), random.choice((1, 2, 4, 30))
        match random.randrange(7):
            case 0 if at < len(damaged):
                damaged[at] ^= 1 << random.randrange(8)
            case 1 if at < len(damaged):
                damaged[at] = random.choice((0, 1, 127, 128, 255))
            case 2:
                del damaged[at:]
            case 3:
                damaged[at:at] = random.randbytes(length)
            case 4:
                del damaged[at : at + length]
            case 5:
                damaged[at:at] = damaged[at : at + length]
            case _:
                damaged[at : at + length] = random.randbytes(length)
    return bytes(damaged)


def peak_mib() -> int:
    """Peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def shown(numbers: Iterable[int], fuzz: Fuzz) -> Iterator[int]:
    """The same ``numbers``, with a line of progress for every 50,000th."""
    for number in numbers:
        if number % 50_000 == 0:
            print(f"input {number}; {len(fuzz.findings)} findings; {peak_mib()} MiB at most", flush=True)
        yield number


def main() -> int:
    """Tries the inputs. Returns 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=WARM_UP, help="number of the first input")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    warnings.simplefilter("error")  # so that a number that overflows is a finding
    start, fuzz = time.monotonic(), Fuzz(options.seed)
    fuzz.run(shown(range(options.first, options.first + options.inputs), fuzz))
    for end, count in fuzz.ends.most_common():
        print(f"{count:9} {end}")
    print(f"{options.inputs} inputs in {time.monotonic() - start:.0f} s, {peak_mib()} MiB at most")
    findings = fuzz.findings + fuzz.slow
    print(*findings or ["nothing was found"], sep="\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

"""python -m tests.load.largest: compresses and decompresses a photo of 50 megapixels, and checks the peak memory.

Each way has a process of its own, because the peak of one would hide that of the other.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from hourglass.models.codec import Codec
from hourglass.models.files import models_folder

HEIGHT, WIDTH = 5773, 8660
LIMIT_MIB = 1430
"""1.5 GB."""

PHOTO = Path(__file__).parents[1] / "fixtures" / "photos" / "kitten.webp"


def compress(codec: Codec, file: Path) -> None:
    with Image.open(PHOTO) as photo:
        small = np.asarray(photo)
    rows, columns = (np.arange(side) % small.shape[axis] for axis, side in enumerate((HEIGHT, WIDTH)))
    compressed = codec.encode(small[rows][:, columns], 90)
    file.write_bytes(compressed)
    print(f"{len(compressed)} bytes, {compressed.psnr:.2f} dB", end=", ")


def decompress(codec: Codec, file: Path) -> None:
    pixels = codec.decode(file).pixels
    print("{}x{} pixels".format(*pixels.shape[1::-1]), end=", ")


WAYS: dict[str, Callable[[Codec, Path], None]] = {"compress": compress, "decompress": decompress}


def go(way: str, file: Path) -> int:
    """Compresses or decompresses in this process. Returns 1 if that took too much memory."""
    codec = Codec.open(models_folder() / "photo-codec", "cpu", 1)
    start = time.monotonic()
    WAYS[way](codec, file)
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{way}: {time.monotonic() - start:.0f} s, {mebibytes} MiB at most; {LIMIT_MIB} are allowed")
    return int(mebibytes > LIMIT_MIB)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--go", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.go:
        return go(options.go[0], Path(options.go[1]))
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.load.largest", "--go"]
        results = [subprocess.run([*command, way, f"{folder}/photo.hgls"], check=False).returncode for way in WAYS]
    return max(results)


if __name__ == "__main__":
    sys.exit(main())

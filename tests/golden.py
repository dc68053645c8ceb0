"""python -m tests.golden: writes the files of ``fixtures/golden-photos``, with the photo codec that is installed.

Run it when the codec's weights or its format have changed: files made before can then no longer be read.
"""

import hashlib
import json
import sys

import numpy as np
from PIL import Image

from hourglass.bitstream.container import Container
from hourglass.imaging import Pixels
from hourglass.models.codec import Codec
from hourglass.models.codec.codec import STRIDE
from hourglass.models.codec.latents import Latents
from hourglass.models.work import finish
from tests.conftest import FIXTURES, MODELS

FOLDER = FIXTURES / "golden-photos"
MADE = {"kitten-1": 1, "spices-25": 25, "city-50": 50, "kitten-75": 75, "spices-100": 100}
"""The quality of each, by its name; the name begins with the photo's."""

SIZE = 71, 95


def latents(codec: Codec, bitstream: bytes) -> Latents:
    """v̂, int16 [channels, rows, columns], of a sound bitstream."""
    container = Container.unpack(bitstream)
    height, width = (-(-side // 64) * 64 // STRIDE for side in (container.height, container.width))
    work = codec._loaded.entropy.decoding(container.sections[0][4:], height, width, container.quality)
    return finish(work)[0]


def checksum(array: Latents | Pixels) -> str:
    """The SHA-256 of its shape and its numbers, little-endian, in rows."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return hashlib.sha256(f"{array.shape}".encode() + little.tobytes()).hexdigest()


def main() -> int:
    codec = Codec.open(MODELS / "photo-codec", "cpu", 1)
    FOLDER.mkdir(exist_ok=True)
    checksums = {}
    for name, quality in MADE.items():
        with Image.open(FIXTURES / "photos" / f"{name.partition('-')[0]}.webp") as photo:
            whole = np.asarray(photo)
        bitstream = codec.encode(whole[-SIZE[0] :, -SIZE[1] :], quality)
        pixels = codec.decode(bitstream).pixels
        checksums[name] = {"latents": checksum(latents(codec, bitstream)), "pixels": checksum(pixels)}
        (FOLDER / f"{name}.hgls").write_bytes(bitstream)
        Image.fromarray(pixels).save(FOLDER / f"{name}.png", optimize=True)
    (FOLDER / "golden.json").write_text(json.dumps(checksums, indent=1) + "\n", encoding="utf-8")
    print(f"{len(MADE)} files of model {codec.identity.hex()} in {FOLDER.relative_to(FIXTURES.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

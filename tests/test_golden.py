"""Files that were made once always decode to the same latents, and to nearly the same pixels.

Latents are integers, the same everywhere. Pixels come from floating-point sums, whose order depends on the machine.
"""

import json

import numpy as np
import pytest

from hourglass.models.codec import Codec
from tests.conftest import MODELS, from_file
from tests.golden import FOLDER, MADE, checksum, latents

CHECKSUMS = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec.open(MODELS / "photo-codec", "cpu", 1)


@pytest.mark.parametrize("name", MADE)
def test_golden_files_decode_to_the_same_latents(codec: Codec, name: str) -> None:
    bitstream = (FOLDER / f"{name}.hgls").read_bytes()
    assert checksum(latents(codec, bitstream)) == CHECKSUMS[name]["latents"]


@pytest.mark.parametrize("name", MADE)
def test_golden_files_decode_to_the_same_pixels(codec: Codec, name: str) -> None:
    pixels = codec.decode(FOLDER / f"{name}.hgls").pixels
    committed = from_file((FOLDER / f"{name}.png").read_bytes())
    assert checksum(committed) == CHECKSUMS[name]["pixels"]
    if checksum(pixels) != CHECKSUMS[name]["pixels"]:  # on another processor than that which made the file
        assert np.abs(pixels.astype(int) - committed).max() <= 1

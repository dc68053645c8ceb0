"""A folder like that of the magnetic tiles, small."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.anomaly.tiles import DEFECTS

SHOWN, EXPOSURES = 12, 3
SIZE = (64, 80)
"""Height and width."""


def write_tiles(folder: Path) -> Path:
    """36 images of 12 good tiles under three exposures each, and two of each defect, the first of them tiny."""
    random = np.random.default_rng(0)
    (folder / "free").mkdir(parents=True)
    for tile in range(SHOWN):
        for exposure in range(1, EXPOSURES + 1):
            name = f"exp{exposure}_num_{1000 + 100 * tile + 10 * exposure}"
            _striped(random, 20 * exposure).save(folder / "free" / f"{name}.jpg", quality=95)
    for kind in DEFECTS:
        (folder / kind).mkdir()
        for place, side in enumerate((1, 24)):
            mask = np.zeros(SIZE, np.uint8)
            mask[20 : 20 + side, 30 : 30 + side] = 255
            noise = random.integers(0, 256, SIZE, np.uint8)
            file = folder / kind / f"exp1_num_{5000 + 100 * place}.jpg"
            spoilt = np.where(mask > 0, noise, np.asarray(_striped(random, 20)))
            Image.fromarray(spoilt).save(file, quality=95)
            Image.fromarray(mask).save(file.with_suffix(".png"))
    return folder


def _striped(random: np.random.Generator, light: int) -> Image.Image:
    rows = light + 60 + 40 * np.sin(np.arange(SIZE[0]) / 2)[:, None]
    return Image.fromarray((rows + random.normal(0, 3, SIZE)).round().astype(np.uint8))

"""One image of a seed, and many of them."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from training.batches import SEED_STRIDE
from training.graphics.drawing.chart import chart
from training.graphics.drawing.diagram import diagram
from training.graphics.drawing.line_art import line_art
from training.graphics.drawing.pixel_art import pixel_art
from training.graphics.drawing.screen import screen
from training.graphics.drawing.street_map import street_map
from training.graphics.fields import Pixels, Size
from training.graphics.lettering.code import code
from training.graphics.lettering.document import document
from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.table import table
from training.graphics.lettering.terminal import terminal
from training.graphics.lettering.text import lettering, paragraphs
from training.graphics.texture.bilevel import bilevel
from training.graphics.texture.fabric import fabric
from training.graphics.texture.flat import flat
from training.graphics.texture.gradient import gradient
from training.graphics.texture.halftone import halftone
from training.graphics.texture.mesh import mesh
from training.graphics.texture.noise import noise
from training.graphics.texture.palette import dithered
from training.graphics.texture.pattern import pattern

WRITTEN: dict[str, Callable[[Random, Size, Fonts], Image.Image]] = {
    "bilevel": bilevel,
    "chart": chart,
    "code": code,
    "diagram": diagram,
    "document": document,
    "lettering": lettering,
    "map": street_map,
    "paragraphs": paragraphs,
    "screen": screen,
    "table": table,
    "terminal": terminal,
}
DRAWN: dict[str, Callable[[Random, Size], Image.Image]] = {
    "dithered": dithered,
    "fabric": fabric,
    "flat": flat,
    "gradient": gradient,
    "halftone": halftone,
    "line-art": line_art,
    "mesh": mesh,
    "noise": noise,
    "pattern": pattern,
    "pixel-art": pixel_art,
}
KINDS = tuple(sorted((*WRITTEN, *DRAWN)))
"""Each is drawn as often as any other."""
RESAMPLED = ("chart", "code", "diagram", "document", "lettering", "line-art", "map", "paragraphs", "screen", "table")
RESAMPLED_SHARE = 0.2
SMALLEST = 32

_fonts = cache(Fonts)


def draw(seed: int, size: Size, kind: str | None = None, held_out: bool = False) -> Pixels:
    """uint8 [height, width, 3] of a seed; ``size`` is the width and the height, 32 pixels at least.

    The same seed gives the same pixels with the same fonts and versions of Pillow and numpy. ``kind`` is one of KINDS,
    or else the seed chooses it. Held-out images share neither fonts nor seeds with the others. A fifth of those whose
    edges are smooth is drawn larger or smaller and resampled, as images on screens often are.
    """
    if min(size) < SMALLEST:
        raise ValueError(f"graphics are {SMALLEST} pixels wide and high at least, not {size[0]}x{size[1]}")
    stream = f"{'held out ' if held_out else ''}{seed}"
    kind = kind or Random(stream).choice(KINDS)
    random = Random(f"{stream} {kind}")
    scale = 1.0
    if kind in RESAMPLED and random.random() < RESAMPLED_SHARE:
        scale = random.choice((random.uniform(0.4, 0.9), random.uniform(1.1, 1.6)))
    canvas = max(SMALLEST, round(size[0] * scale)), max(SMALLEST, round(size[1] * scale))
    image = WRITTEN[kind](random, canvas, _fonts(held_out)) if kind in WRITTEN else DRAWN[kind](random, canvas)
    if canvas != size:
        image = image.resize(
            size, random.choice((Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS))
        )
    return np.asarray(image)


def draw_graphics(count: int, side: int, seed: int = 0, held_out: bool = False) -> list[Tensor]:
    """``count`` squares, uint8 [3, side, side] each, all kinds in turn; more of a seed begin with the same."""
    images = (pixels for _, pixels in _squares(count, side, seed, held_out))
    return [torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))) for pixels in images]


def write_graphics(folder: Path, count: int, side: int, seed: int, held_out: bool) -> None:
    """The images of ``draw_graphics`` as FOLDER/0000-KIND.png and so on. Makes the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, (kind, pixels) in enumerate(_squares(count, side, seed, held_out)):
        Image.fromarray(pixels).save(folder / f"{index:04}-{kind}.png")


def _squares(count: int, side: int, seed: int, held_out: bool) -> Iterator[tuple[str, Pixels]]:
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        yield kind, draw(seed * SEED_STRIDE + index, (side, side), kind, held_out)

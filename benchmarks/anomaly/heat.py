"""Heat maps as large as their images, and a picture of some beside the defects."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from benchmarks.anomaly.contender import Hourglass
from benchmarks.anomaly.tiles import GOOD, Tiles, read_gray, read_mask
from hourglass.models.levels import to_levels
from hourglass.models.runtime import Array

LEAST_SHARE = 0.005
"""Share of the pixels that a defect must cover to be shown."""

COLUMN, HEIGHT, GAP, LABEL, FONT_SIZE = 240, 230, 12, 22, 14
THICK = 2
OUTLINE, HOT = (0, 255, 255), (255, 60, 0)
VISIBLE = 1.5
"""Heat that begins to show, in units of what is usual for a good tile; at ``FULL`` it hides the tile."""

FULL = 8.0


def spread_heat(heat: Array, height: int, width: int) -> Array:
    """float32 [rows, columns] → [height, width], bilinear between the centres of cells."""
    rows, columns = heat.shape
    box = (0.5, 0.5, columns + 1.5, rows + 1.5)
    padded = Image.fromarray(np.pad(heat, 1, "edge").astype(np.float32))
    return np.asarray(padded.resize((width, height), Image.Resampling.BILINEAR, box), np.float32)


def shown(tiles: Tiles) -> dict[str, Path]:
    """A good tile, then for each kind of defect the first tile whose defect is not tiny."""
    first = {GOOD: tiles.tested[0]}
    for kind, files in tiles.defects.items():
        first[kind] = next((file for file in files if read_mask(file).mean() >= LEAST_SHARE), files[0])
    return first


def draw_tiles(hourglass: Hourglass, tiles: Tiles, path: Path) -> None:
    """Writes a PNG file: tiles with their defects outlined, and below each its heat."""
    usual = float(np.median(hourglass.heat([read_gray(file) for file in tiles.tested])))
    pairs = {kind: _pair(hourglass, file, kind != GOOD, usual) for kind, file in shown(tiles).items()}
    width = sum(above.width + GAP for above, _ in pairs.values()) - GAP
    sheet = Image.new("RGB", (width, LABEL + 2 * HEIGHT + GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(FONT_SIZE)
    left = 0
    for kind, (above, below) in pairs.items():
        draw.text((left, 0), "good" if kind == GOOD else kind, "black", font)
        sheet.paste(above, (left, LABEL))
        sheet.paste(below, (left, LABEL + HEIGHT + GAP))
        left += above.width + GAP
    sheet.save(path, optimize=True)


def _pair(hourglass: Hourglass, file: Path, defective: bool, usual: float) -> tuple[Image.Image, Image.Image]:
    gray = read_gray(file)
    tile = _fitting(Image.fromarray(gray[:, :, 0]).convert("RGB"))
    outlined = tile.copy()
    if defective:
        mask = _fitting(Image.fromarray(read_mask(file)).convert("L")).point(lambda level: 255 * (level > 127))
        outlined.paste(OUTLINE, mask=_outline(mask))
    heat = spread_heat(hourglass.heat([gray])[0], tile.height, tile.width) / usual
    tile.paste(HOT, mask=Image.fromarray(to_levels((heat - VISIBLE) / (FULL - VISIBLE))))
    return outlined, tile


def _outline(mask: Image.Image) -> Image.Image:
    """Just inside the mask, also where it touches the image's border."""
    inner = ImageOps.expand(mask, THICK, 0).filter(ImageFilter.MinFilter(2 * THICK + 1))
    return ImageChops.difference(mask, ImageOps.crop(inner, THICK))


def _fitting(image: Image.Image) -> Image.Image:
    scale = min(COLUMN / image.width, HEIGHT / image.height)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)

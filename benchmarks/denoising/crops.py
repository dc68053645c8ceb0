"""Parts of images side by side, as each contender leaves them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.denoising.contender import Contender, Hourglass, cleaned
from benchmarks.denoising.noise import CAMERA, GAUSSIAN, Floats
from benchmarks.denoising.results import Cut
from benchmarks.photographs import read_photograph
from hourglass.imaging.fidelity import psnr
from hourglass.models.levels import to_levels

SHEETS = {"sigma-25": GAUSSIAN[1], "sigma-50": GAUSSIAN[2], "camera": CAMERA}
STRENGTHS = (0.5, 1.0, 1.5, 2.0)
STRENGTHS_SHEET, REAL_SHEET = "strengths", "real"
REAL = Path(__file__).parents[2] / "docs/images/noisy-photo.webp"
"""A photograph with noise of its own, none added."""

REAL_PART, REAL_SIDE = (40, 20), 200
"""Left and top of what is shown of it, and pixels each way."""

TAKEN_GAIN = 8
"""What was removed is shown this many times as strong, around a middle gray."""

WIDTH, HEIGHT, MARGIN = 144, 120, 32
"""Pixels of a part, and of the margin around it that is cleaned with it."""

KODAK = {"kodim15": (440, 110), "kodim19": (60, 500)}
"""Left and top of the parts to show of images of this set: a face, edges."""

ORIGINAL = "original"
GAP, LABEL, FONT_SIZE = 6, 18, 11


def images_to_cut(images: Sequence[Path]) -> list[Path]:
    """The images to show: those of KODAK, or else the first two."""
    return [path for path in images if path.stem in KODAK] or list(images[:2])


def cut_noisy(path: Path, contenders: Sequence[Contender], folder: Path) -> Iterator[Cut]:
    """Writes a part of an image, as it is and as each contender leaves it, for every sheet, into ``folder``."""
    x, inside = _part(path)
    for sheet, noise in SHEETS.items():
        noisy, sigma = noise.add(x, path.name), noise.sigma(x)
        yield _write(x[inside], ORIGINAL, sheet, path.stem, folder)
        for contender in contenders:
            x_hat = cleaned(contender, noisy, sigma)[inside]
            label = f"{contender.name}, {psnr(x[inside], x_hat, peak=255):.2f} dB"
            yield _write(x_hat, label, sheet, path.stem, folder)


def cut_strengths(path: Path, ours: Hourglass, folder: Path) -> Iterator[Cut]:
    """Writes a part of an image with noise, then as Hourglass leaves it at several strengths."""
    x, inside = _part(path)
    noisy = GAUSSIAN[1].add(x, path.name)
    for strength in (0.0, *STRENGTHS):
        x_hat = np.clip(ours.at(noisy, strength), 0, 255)[inside]
        label = f"{strength:.1f}, {psnr(x[inside], x_hat, peak=255):.2f} dB"
        yield _write(x_hat, label, STRENGTHS_SHEET, path.stem, folder)


def cut_real(ours: Hourglass, folder: Path) -> Iterator[Cut]:
    """Writes a part of the real photograph, twice as large, before and after Hourglass, and what it removed."""
    noisy = read_photograph(REAL).astype(np.float32)
    clean = np.clip(ours.at(noisy, 1), 0, 255)
    taken = np.clip(128 + TAKEN_GAIN * (noisy - clean), 0, 255)
    left, top = REAL_PART
    for label, shown in {"before": noisy, "after": clean, f"taken, {TAKEN_GAIN} times as strong": taken}.items():
        part = shown[top : top + REAL_SIDE, left : left + REAL_SIDE]
        yield _write(part.repeat(2, 0).repeat(2, 1), label, REAL_SHEET, "part", folder)


def draw_sheet(cuts: Sequence[Cut], folder: Path, path: Path) -> None:
    """Draws the parts in their rows, each with its label above it, and writes a PNG file."""
    rows = [[(each.label, _read(folder / each.file)) for each in row] for row in _rows(cuts)]
    heights = [LABEL + max(part.height for _, part in row) for row in rows]
    width = max(sum(part.width + GAP for _, part in row) for row in rows) - GAP
    sheet = Image.new("RGB", (width, sum(heights) + GAP * (len(rows) - 1)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(FONT_SIZE)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for label, part in row:
            draw.text((left, top), label, "black", font)
            sheet.paste(part, (left, top + LABEL))
            left += part.width + GAP
        top += height + GAP
    sheet.save(path, optimize=True)


def _rows(cuts: Sequence[Cut]) -> list[list[Cut]]:
    rows: dict[str, list[Cut]] = {}
    for each in cuts:
        rows.setdefault(each.row, []).append(each)
    return list(rows.values())


def _part(path: Path) -> tuple[Floats, tuple[slice, slice]]:
    """A part of an image with a margin, and where in it the part lies."""
    pixels = read_photograph(path)
    middle = (max(0, pixels.shape[1] - WIDTH) // 2, max(0, pixels.shape[0] - HEIGHT) // 2)
    left, top = KODAK.get(path.stem, middle)
    first, above = max(0, left - MARGIN), max(0, top - MARGIN)
    x = pixels[above : top + HEIGHT + MARGIN, first : left + WIDTH + MARGIN].astype(np.float32)
    return x, (slice(top - above, top - above + HEIGHT), slice(left - first, left - first + WIDTH))


def _write(pixels: Floats, label: str, sheet: str, row: str, folder: Path) -> Cut:
    file = f"{sheet}-{row}-{label.partition(',')[0].replace(' ', '-')}.png"
    Image.fromarray(to_levels(pixels / 255)).save(folder / file)
    return Cut(sheet, row, label, file)


def _read(path: Path) -> Image.Image:
    with Image.open(path) as part:
        part.load()
        return part

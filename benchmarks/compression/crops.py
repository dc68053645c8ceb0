"""Parts of images side by side, as each codec leaves them at about the same number of bytes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.compression.contender import QUALITIES, Contender
from benchmarks.compression.results import Cut
from benchmarks.photographs import Pixels, read_photograph
from hourglass.imaging.fidelity import psnr

TARGET_BPP = 0.25
WIDTH, HEIGHT = 240, 224
KODAK = {"kodim04": (150, 280), "kodim15": (400, 60), "kodim19": (20, 440), "kodim24": (380, 190)}
"""Left and top of the parts to show of images of this set: two faces, edges, texture."""
ORIGINAL = "original"
COLUMNS = 3
GAP, LABEL, FONT_SIZE = 6, 20, 13


def images_to_cut(images: Sequence[Path]) -> list[Path]:
    """The images to show: those of KODAK, or else the first four."""
    return [path for path in images if path.stem in KODAK] or list(images[:4])


def cut(path: Path, contenders: Sequence[Contender], folder: Path) -> Iterator[Cut]:
    """Writes a part of an image, first as it is, then as each contender leaves it, into ``folder``."""
    x = read_photograph(path)
    left, top = KODAK.get(path.stem, (max(0, x.shape[1] - WIDTH) // 2, max(0, x.shape[0] - HEIGHT) // 2))

    def write(name: str, size: int, x_hat: Pixels, psnr_db: float | None) -> Cut:
        file = f"{path.stem}-{name.replace(' ', '-')}.png"
        Image.fromarray(x_hat[top : top + HEIGHT, left : left + WIDTH]).save(folder / file)
        return Cut(path.name, name, size, psnr_db, file)

    yield write(ORIGINAL, x.nbytes, x, None)
    for contender in contenders:
        data = nearest(contender, x, round(TARGET_BPP * x.shape[0] * x.shape[1] / 8))
        x_hat = contender.decode(data)
        yield write(contender.name, len(data), x_hat, psnr(x, x_hat, peak=255))


def nearest(contender: Contender, pixels: Pixels, size: int) -> bytes:
    """The file whose size is nearest to ``size`` bytes among all qualities, found by bisection."""
    low, high = QUALITIES[0], QUALITIES[-1]
    tried: list[bytes] = []
    while low <= high:
        quality = (low + high) // 2
        tried.append(contender.encode(pixels, quality))
        low, high = (low, quality - 1) if len(tried[-1]) > size else (quality + 1, high)
    return min(tried, key=lambda data: abs(len(data) - size))


def draw_sheet(cuts: Sequence[Cut], folder: Path, path: Path) -> None:
    """Draws the parts of one image in rows, each with its codec, bytes and PSNR above it, and writes a PNG file."""
    rows = -(-len(cuts) // COLUMNS)
    size = COLUMNS * (WIDTH + GAP) - GAP, rows * (HEIGHT + LABEL + GAP) - GAP
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(FONT_SIZE)
    for place, each in enumerate(cuts):
        left, top = place % COLUMNS * (WIDTH + GAP), place // COLUMNS * (HEIGHT + LABEL + GAP)
        draw.text((left, top), _label(each), "black", font)
        with Image.open(folder / each.file) as part:
            sheet.paste(part, (left, top + LABEL))
    sheet.save(path, optimize=True)


def _label(each: Cut) -> str:
    told = f"{each.contender}, {each.bytes:,} bytes"
    return told if each.psnr_db is None else f"{told}, {each.psnr_db:.2f} dB"

"""docs/compression.md: the tables, the pictures and the words, from the results of a run."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.compression.contender import Hourglass
from benchmarks.compression.crops import TARGET_BPP, draw_sheet
from benchmarks.compression.curves import Curve, Saving, bd_rate, by_quality, mean_curves
from benchmarks.compression.picture import draw
from benchmarks.compression.results import Results
from benchmarks.markdown import spread, table

RATES = (0.25, 0.5, 1.0, 2.0)
ANCHOR = "AVIF"

HEAD = """# Compression

Written by `python -m benchmarks.compression`. Every codec compresses the same photographs, {images}, in one run: from
pixels in memory to a file on disk, and from the bytes of that file back to pixels.

{machine}"""

SAVINGS_SAY = f"""\
Bjøntegaard's rate: how many more bits a codec takes for the same PSNR, or fewer where negative. It is the mean over the
PSNR that both curves reach, which stands beside it. Left: what Hourglass takes against the codec of the row. Right:
what that codec takes against {ANCHOR}, as measured here."""

PUBLISHED_SAYS = "Published curves were not measured here; they are comparable if they are of the same photographs."

RATES_SAY = """\
Each codec at whichever of its measured qualities comes nearest to the rate; the figures are means over the images.
A time is that of the mean image: the median of {repeats} repeats, with the least and the most in brackets."""

CROPS_SAY = f"""\
Parts of images as each codec leaves them, at the quality that comes nearest to {TARGET_BPP:g} bits per pixel. Bytes and
PSNR are of the whole image; the bytes of the original are those of its bare pixels."""

HOW = """\
- The codecs take turns: all of them compress an image at one quality, then at the next. Each repeat does so again.
- The time to encode ends when the file is written; the time to decode begins when it has been read. The file on disk is
  then decoded once more to measure its fidelity.
- PSNR is 10 log₁₀(255² / MSE) with the mean squared error over R, G and B together. PSNR, MS-SSIM and bits per pixel
  are computed for each image; a point of a curve is their mean over the images at one quality.
- Bjøntegaard's rate interpolates the logarithm of the rate by piecewise cubic Hermite polynomials (PCHIP)."""


def write_report(results: Results, published: Mapping[str, Curve], pieces: Path, docs: Path) -> Path:
    """Writes docs/compression.md and its pictures; returns the path of the former. ``pieces`` has the files of cuts."""
    curves = mean_curves(results.samples)
    images = docs / "images"
    images.mkdir(parents=True, exist_ok=True)
    draw(curves, published, ANCHOR, images / "compression.png")
    sections = [
        HEAD.format(images=results.images, machine=results.machine.described),
        "![PSNR over bits per pixel, and bits at equal PSNR, of every codec.](images/compression.png)",
        "## Bits at equal PSNR",
        SAVINGS_SAY,
        _savings_table(curves, published),
        PUBLISHED_SAYS if published else "",
        "## Rate, fidelity and time",
        RATES_SAY.format(repeats=results.repeats),
        _rates_table(results),
        *_crops(results, pieces, images),
        "## How it was measured",
        HOW,
        table(("codec", "settings"), list(results.settings.items())),
    ]
    path = docs / "compression.md"
    path.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")
    return path


def _savings_table(measured: Mapping[str, Curve], published: Mapping[str, Curve]) -> str:
    ours, anchor = measured.get(Hourglass.name), measured.get(ANCHOR)
    others = {name: curve for name, curve in measured.items() if name != Hourglass.name}
    others |= {f"{name}, published": curve for name, curve in published.items()}
    rows = [
        (
            name,
            *_cells(bd_rate(ours, curve) if ours else None),
            *_cells(bd_rate(curve, anchor) if anchor and curve is not anchor else None),
        )
        for name, curve in others.items()
    ]
    if ours and anchor:
        rows.insert(0, (Hourglass.name, "–", "–", *_cells(bd_rate(ours, anchor))))
    return table(("codec", "Hourglass against it", "over, dB", f"it against {ANCHOR}", "over, dB"), rows)


def _cells(saving: Saving | None) -> tuple[str, str]:
    return (f"{saving.percent:+.1f} %", f"{saving.low:.1f}–{saving.high:.1f}") if saving else ("–", "–")


def _rates_table(results: Results) -> str:
    rows = []
    for rate, (name, qualities) in itertools.product(RATES, by_quality(results.samples).items()):
        quality, samples = min(qualities.items(), key=lambda point: abs(fmean(each.bpp for each in point[1]) - rate))
        bpp, psnr_db, ms_ssim = (
            fmean(figures)
            for figures in zip(*((each.bpp, each.psnr_db, each.ms_ssim) for each in samples), strict=True)
        )
        times = _time([each.encode_ms for each in samples]), _time([each.decode_ms for each in samples])
        rows.append((f"{rate:g}", name, str(quality), f"{bpp:.3f}", f"{psnr_db:.2f}", f"{ms_ssim:.4f}", *times))
    head = ("about", "codec", "quality", "bits per pixel", "PSNR, dB", "MS-SSIM", "encode, ms", "decode, ms")
    return table(head, rows)


def _time(times: Sequence[Sequence[float]]) -> str:
    """The time of the mean image, over the repeats."""
    return spread([fmean(repeat) for repeat in zip(*times, strict=True)])


def _crops(results: Results, pieces: Path, images: Path) -> Iterator[str]:
    if not results.cuts:
        return
    yield "## At equal bytes"
    yield CROPS_SAY
    for name, cuts in itertools.groupby(results.cuts, lambda each: each.image):
        stem = Path(name).stem
        sheet = images / f"compression-{stem}.png"
        draw_sheet(list(cuts), pieces, sheet)
        yield f"![A part of {stem} by each codec.](images/{sheet.name})"

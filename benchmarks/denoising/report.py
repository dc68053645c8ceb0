"""docs/denoising.md: the tables, the pictures and the words, from the results of a run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.denoising.crops import REAL_SHEET, SHEETS, STRENGTHS_SHEET, draw_sheet
from benchmarks.denoising.noise import CAMERA, NOISES
from benchmarks.denoising.published import Published
from benchmarks.denoising.results import Results, Sample
from benchmarks.markdown import spread, table

HEAD = """# Denoising

Written by `python -m benchmarks.denoising`. Every contender cleans the same photographs, {images}, with the same noise,
in one run.

{machine}"""

FIGURES_SAY = """\
PSNR in dB / SSIM are means over the images; ms an image is the median over all images and noises, with the least and
the most in brackets. The first row is blind: it sees the noisy image and nothing else. Contenders that are told σ, as
their settings below say, know more."""

PUBLISHED_SAY = """\
Published figures were not measured here; they are comparable if they are of the images above.
{what}.
Most of these methods are told σ, or have a separate model for each σ."""

SHEETS_SAY = {
    **{name: f"Noise of {noise.name}." for name, noise in SHEETS.items()},
    "camera": f"{CAMERA.name} noise.",
}

PARTS_SAY = "Parts of photographs as each contender leaves them, with the PSNR of the part."

STRENGTHS_SAY = """\
0 is the noisy input; 1, which is `strength=50`, is what Hourglass finds right. Between them, that share of the noise is
removed and the rest stays as grain. Above 1, Hourglass cleans as if the noise were that many times as strong."""

REAL_SAYS = """\
This photograph has noise of its own, from a telescope's cameras and from the processing of their exposures. Nobody
knows what it would look like without noise. But what was removed can be shown, and it should look like noise. Where
outlines are visible in it, a little of the picture was removed too."""

HOW = f"""\
- σ is in levels of 0..255. Noise is added to R, G and B independently, and is neither clipped nor rounded. It is the
  same in every run, as its seed is made from the names of the image and of the noise.
- {CAMERA.name} noise has the variance {CAMERA.gain:g} x + {CAMERA.read:g}² at a level x:
  Poisson noise of {CAMERA.gain:g} levels a photon, and Gaussian noise of σ = {CAMERA.read:g}. Contenders that are told
  σ get its root mean square over the image; the variance is not stabilised for any of them.
- What a contender returns is clipped to 0..255 and not rounded; so is the noisy input.
- PSNR is 10 log₁₀(255² / MSE) of the whole image, with the mean squared error over R, G and B together. SSIM has a
  Gaussian window of 11×11 pixels, σ = 1.5, and is the mean over R, G and B.
- A time is one call with the image in memory, after a first call that is not counted."""


def write_report(results: Results, published: Published, pieces: Path, docs: Path) -> Path:
    """Writes docs/denoising.md and its pictures; returns the path of the former. ``pieces`` has the files of cuts."""
    images = docs / "images"
    images.mkdir(parents=True, exist_ok=True)
    papers = [(name, paper) for name, paper in published.methods.items()]
    sections = [
        HEAD.format(images=results.images, machine=results.machine.described),
        "## Fidelity and time",
        FIGURES_SAY,
        _figures(results.samples, published),
        PUBLISHED_SAY.format(what=published.what),
        *_sheets(results, pieces, images),
        "## How it was measured",
        HOW,
        table(("contender", "settings"), list(results.settings.items())),
        table(("published", "paper"), papers),
    ]
    path = docs / "denoising.md"
    path.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")
    return path


def _figures(samples: Sequence[Sample], published: Published) -> str:
    head = ("contender", *(noise.name for noise in NOISES), "ms an image")
    rows = []
    for name in dict.fromkeys(each.contender for each in samples):
        own = [each for each in samples if each.contender == name]
        cells = (_fidelity([each for each in own if each.noise == noise.name]) for noise in NOISES)
        rows.append((name, *cells, spread([each.ms for each in own])))
    for name, figures in published.psnr_db.items():
        cells = (f"{figures[noise.name]:.2f}" if noise.name in figures else "–" for noise in NOISES)
        rows.append((f"{name}, published", *cells, "–"))
    return table(head, rows)


def _fidelity(samples: Sequence[Sample]) -> str:
    if not samples:
        return "–"
    return f"{fmean(each.psnr_db for each in samples):.2f} / {fmean(each.ssim for each in samples):.4f}"


def _sheets(results: Results, pieces: Path, images: Path) -> Iterator[str]:
    yield from _section("## Side by side", PARTS_SAY, SHEETS_SAY, results, pieces, images)
    strengths = {STRENGTHS_SHEET: f"Noise of {SHEETS['sigma-25'].name}, cleaned at several strengths."}
    yield from _section("## Strength", STRENGTHS_SAY, strengths, results, pieces, images)
    real = {REAL_SHEET: "A part of a noisy photograph, twice as large: before, after, and what was taken."}
    yield from _section("## A real photograph", REAL_SAYS, real, results, pieces, images)


def _section(
    head: str, says: str, sheets: dict[str, str], results: Results, pieces: Path, images: Path
) -> Iterator[str]:
    """The sheets of these names that have been cut, with what each shows, if there are any."""
    shown = {name: [each for each in results.cuts if each.sheet == name] for name in sheets}
    if not any(shown.values()):
        return
    yield head
    yield says
    for name, cuts in shown.items():
        if cuts:
            sheet = images / f"denoising-{name}.png"
            draw_sheet(cuts, pieces, sheet)
            yield f"![{sheets[name]}](images/{sheet.name})"

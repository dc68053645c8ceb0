"""docs/anomaly-results.md: the tables, the picture and the words, from the results of a run."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.anomaly.contender import MOST_SIDE
from benchmarks.anomaly.published import PUBLISHED
from benchmarks.anomaly.results import ClassSample, Results, Split, TileSample
from benchmarks.anomaly.rounds import ALL, EVERY, RATES
from benchmarks.anomaly.tiles import BY_IMAGE, BY_TILE, DEFECTS, LARGEST_GAP
from benchmarks.markdown import number, spread, table

TITLES = {"mnist": "MNIST", "fashion": "Fashion-MNIST"}
GARMENTS = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
KINDS = (ALL, *DEFECTS)
NAMES = {"mnist": tuple("0123456789"), "fashion": GARMENTS}

HEAD = """# Anomaly detection

Written by `python -m benchmarks.anomaly`. Every contender is fitted on the same good images and tested on the same
other images, in one run. AUROC in %: how often an unusual image scores above a usual one; 50 is guessing.

{machine}"""

CLASSES_SAY = """\
One class is normal: each contender is fitted on its training images, about 6,000, and scores all 10,000 test images.
The mean over the ten classes, with the least in brackets."""

EACH_SAYS = "For each normal class:"

PUBLISHED_SAY = """\
Published figures were not measured here, nor checked again in their papers; those marked ~ are approximate. RD4AD,
DifferNet and PatchCore use a network trained on a million other photographs; no other contender does."""

NO_TILES = "This run had no magnetic tiles; `--tiles DIR` takes the folder that has them."

TILES_SAY = f"""\
Gray images of magnetic tiles, good ones and five kinds of defect. The contenders are fitted on 80 % of the good images,
and tested on the others and on all defective ones. Each tile was photographed under up to six exposures, so there are
two ways to split them:

- *{BY_IMAGE}*, image by image. The tiles of {{known}} of the {{tested}} good images that are tested were
  also fitted, under other exposures. So these figures show how well *known* tiles are recognised, and so do published
  figures of such a split.
- *{BY_TILE}*: all exposures of a tile are fitted, or none. These figures show how well *new* tiles are judged.

*Found* is the share of all defective images above a threshold that at most {RATES[0]} % or {RATES[1]} % of the good
test images exceed. *Pixels* is the AUROC of the heat map, which only Hourglass has."""

PICTURE_SAYS = """\
A good tile that was not fitted, and for each kind of defect the first tile whose mask is not tiny: chosen by its name,
not by its result. Above, the defect is outlined by its mask; below is the heat that Hourglass, fitted on other tiles,
finds, on one scale for all."""

LICENCE = """\
The images are "welcomed to use"; they are from Huang, Qiu, Yuan: Surface defect saliency of magnetic tile, The Visual
Computer, 2020."""

STRANGE_SAYS = f"""\
Images that show no tile at all, scored by the detectors of the split {BY_IMAGE}: how many of them score above every
good test image."""

TIMES_SAY = """\
Seconds for a fit, and ms to score one image that is decoded and in memory: the median, with the least and the most in
brackets. Every contender has one thread. The times are CPU times, so other work on the machine does not count."""

HOW = f"""\
- AUROC is scikit-learn's `roc_auc_score` of the scores of whole images.
- Hourglass and its features see images as the service does, stretched to a square: of 32 pixels a side for images of
  28×28, of 256 for the tiles. The contenders that work on pixels see at most {MOST_SIDE}×{MOST_SIDE}.
- Hourglass is fitted on all good images; `python -m training fit anomaly` holds some out, to set its scale.
- No contender has seen an unusual image, and none has settings of its own for a data set. But Hourglass's features were
  chosen from a few, listed in `docs/anomaly.md`, because they did best here; the others are as they come.
- Tiles are told apart by the names of their files, which give exposure and frame, such as `exp4_num_10181.jpg`. In the
  order of frames, a new tile begins where the gap is over {LARGEST_GAP} or an exposure repeats.
- Both splits take the first 80 % of NumPy's `default_rng(0).permutation`: of the good files, sorted by name; of the
  tiles, sorted by frame. The SHA-256 below is that of the names of the fitted files, sorted, a line each.
- AUROC of pixels: the heat map is scaled to the image's size, bilinearly between the centres of its cells. Every
  {EVERY}th pixel each way of all test images counts; all pixels of good images count as good.
- The time of a fit also begins with images decoded and in memory; Hourglass's includes writing and loading its ONNX
  graph."""


def write_report(results: Results, picture: Path, docs: Path) -> Path:
    """Writes docs/anomaly-results.md and, where the run drew one, its picture; returns the path of the former."""
    sections = [
        HEAD.format(machine=results.machine.described),
        *_classes(results.classes),
        *_tiles(results, picture, docs),
        "## Time",
        TIMES_SAY,
        _times(results),
        "## How it was measured",
        HOW,
        table(("contender", "settings"), list(results.settings.items())),
        _splits(results.splits),
        table(("published", "paper"), [(each.method, each.paper) for each in PUBLISHED]),
    ]
    docs.mkdir(parents=True, exist_ok=True)
    path = docs / "anomaly-results.md"
    path.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")
    return path


def _classes(samples: Sequence[ClassSample]) -> Iterator[str]:
    measured = [data for data in TITLES if any(each.data == data for each in samples)]
    yield "## One class normal"
    yield CLASSES_SAY
    rows = []
    for name in dict.fromkeys(each.contender for each in samples):
        own = [each for each in samples if each.contender == name]
        rows.append((name, *(_mean([each.auroc for each in own if each.data == data]) for data in measured)))
    yield table(("contender", *(TITLES[data] for data in measured)), [*rows, *_published(measured)])
    yield PUBLISHED_SAY
    yield EACH_SAYS
    for data in measured:
        yield _each_class(data, [each for each in samples if each.data == data])


def _each_class(data: str, samples: Sequence[ClassSample]) -> str:
    auroc = {(each.normal, each.contender): each.auroc for each in samples}
    contenders = dict.fromkeys(each.contender for each in samples)
    rows = [
        (NAMES[data][normal], *(_percent(auroc.get((normal, contender))) for contender in contenders))
        for normal in sorted({each.normal for each in samples})
    ]
    return table((TITLES[data], *contenders), rows)


def _tiles(results: Results, picture: Path, docs: Path) -> Iterator[str]:
    yield "## Magnetic tiles"
    if not results.splits:
        yield NO_TILES
        return
    known = next(each for each in results.splits if each.name == BY_IMAGE)
    yield TILES_SAY.format(known=known.known, tested=known.tested)
    for split in results.splits:
        yield f"Split {split.name}:"
        yield _split(split, [each for each in results.tiles if each.split == split.name])
    if picture.exists():
        (docs / "images").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, docs / "images" / picture.name)
        yield f"![Tiles with their defects outlined, and their heat maps below](images/{picture.name})"
        yield PICTURE_SAYS
    yield LICENCE
    yield "## Strange images"
    yield STRANGE_SAYS
    yield _strange(results)


def _split(split: Split, samples: Sequence[TileSample]) -> str:
    head = ("contender", *(f"{kind} ({split.defects[kind]})" if kind in split.defects else kind for kind in KINDS))
    found = (f"found at {rate} %" for rate in RATES)
    rows = [
        (
            each.contender,
            *(_percent(each.auroc[kind]) for kind in KINDS),
            _percent(each.pixel_auroc),
            *(_percent(each.found[f"{rate} %"]) for rate in RATES),
        )
        for each in samples
    ]
    published = _published(["tiles"], len(DEFECTS) + 1 + len(RATES)) if split.name == BY_IMAGE else []
    return table((*head, "pixels", *found), [*rows, *published])


def _strange(results: Results) -> str:
    contenders = list(dict.fromkeys(each.contender for each in results.strange))
    found = {(each.kind, each.contender): f"{each.above} of {each.images}" for each in results.strange}
    kinds = dict.fromkeys(each.kind for each in results.strange)
    rows = [(kind, *(found.get((kind, contender), "–") for contender in contenders)) for kind in kinds]
    return table(("images", *contenders), rows)


def _times(results: Results) -> str:
    titled: list[tuple[str, ClassSample | TileSample]] = [(TITLES[each.data], each) for each in results.classes]
    titled += [("tiles", each) for each in results.tiles]
    titles = dict.fromkeys(title for title, _ in titled)
    rows = []
    for name in dict.fromkeys(each.contender for _, each in titled):
        cells: list[str] = []
        for title in titles:
            own = [each for its, each in titled if its == title and each.contender == name]
            cells += [spread([each.fit_seconds for each in own]), spread([ms for each in own for ms in each.ms])]
        rows.append((name, *cells))
    return table(("contender", *(f"{title}, {what}" for title in titles for what in ("s a fit", "ms an image"))), rows)


def _splits(splits: Sequence[Split]) -> str:
    rows = [
        (each.name, *map(str, (each.fitted, each.tested, each.known, each.groups)), f"`{each.sha256}`")
        for each in splits
    ]
    return table(("split", "good, fitted", "good, tested", "of these, tile known", "tiles", "SHA-256"), rows)


def _published(data: Sequence[str], blank: int = 0) -> list[tuple[str, ...]]:
    """The rows of those that tell of one of these data sets, with so many cells left blank."""
    rows = []
    for each in PUBLISHED:
        mark = "~" if each.approximate else ""
        cells = (f"{mark}{number(each.auroc[name])}" if name in each.auroc else "–" for name in data)
        method = f"{each.method}, published" + (", pretrained" if each.pretrained else "")
        if each.auroc.keys() & set(data):
            rows.append((method, *cells, *("–",) * blank))
    return rows


def _mean(auroc: Sequence[float]) -> str:
    return f"{_percent(fmean(auroc))} ({_percent(min(auroc))})" if auroc else "–"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"

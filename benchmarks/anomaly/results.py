"""What a run of the benchmark finds."""

from dataclasses import dataclass, field

from benchmarks.machine import Machine


@dataclass(frozen=True)
class ClassSample:
    """A contender fitted on the ``normal`` class of a data set and tested on all classes; ``auroc`` is in 0..1."""

    data: str
    normal: int
    contender: str
    auroc: float
    fit_seconds: float
    ms: list[float]


@dataclass(frozen=True)
class TileSample:
    """A contender on one split of the tiles.

    ``auroc`` in 0..1 by kind of defect, and of ``ALL``; ``found`` is the share of all defects above the threshold that
    at most so many % of good test images exceed. ``pixel_auroc`` is None for contenders without a heat map.
    """

    split: str
    contender: str
    auroc: dict[str, float]
    found: dict[str, float]
    pixel_auroc: float | None
    fit_seconds: float
    ms: list[float]


@dataclass(frozen=True)
class Strange:
    """Images of one kind that show no tile; ``above`` of them score above every good test image."""

    kind: str
    contender: str
    images: int
    above: int


@dataclass(frozen=True)
class Split:
    """Which tiles were fitted; ``known`` good test images show a tile that was fitted under another exposure.

    ``sha256`` is of the names of the fitted files, sorted, a line each.
    """

    name: str
    fitted: int
    tested: int
    known: int
    groups: int
    defects: dict[str, int]
    sha256: str


@dataclass
class Results:
    """All that one run found; ``settings`` by contender. Without tiles, the last three are empty."""

    machine: Machine
    settings: dict[str, str]
    classes: list[ClassSample] = field(default_factory=list)
    tiles: list[TileSample] = field(default_factory=list)
    strange: list[Strange] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)

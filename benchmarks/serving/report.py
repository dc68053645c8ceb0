"""docs/performance.md: the tables, the picture and the words, from the results of a run."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.markdown import table
from benchmarks.serving.bare import LIMIT, SHARING
from benchmarks.serving.contender import HOURGLASS, PEERS_COMPARED
from benchmarks.serving.photo_model import multiplications_per_pixel
from benchmarks.serving.picture import draw
from benchmarks.serving.profile import Profile
from benchmarks.serving.results import CLIENTS, Results, Sample
from benchmarks.serving.summary import Spread, Summary

COLUMNS: dict[str, Callable[[Sample], float]] = {
    "requests/s": lambda sample: sample.rate,
    "p50, ms": lambda sample: sample.p50_ms,
    "p99, ms": lambda sample: sample.p99_ms,
    "CPU, ms a request": lambda sample: 1e3 * sample.server_seconds / sample.requests,
    "client's CPU, ms": lambda sample: 1e3 * sample.client_seconds / sample.requests,
    "memory, MiB": lambda sample: sample.memory / 2**20,
    "failed": lambda sample: sample.failed,
}

HEAD = """# Performance

Written by `python -m benchmarks.serving run`, which `make bench` calls. A client sends an image and gets its anomaly
score. All contenders use the same ONNX files, the same images and the same computation, one at a time on one machine.
Each figure is the median of {repeats} repeats, with the least and the most in brackets; the contenders take turns.

{machine}"""

WHY = """\
Python, not the model, limits how fast small images are served. Hourglass is one process by design, with one queue, one
set of limits and one registry of metrics: HTTP, image decoding and batching share one interpreter, and so one core.
mosec reads HTTP in Rust and runs a Python process on each core. That wins where an image takes a tenth of a millisecond
and many clients keep the server busy; a single client waits there for a batch that never fills. With Hourglass,
replicas behind the gateway use the other cores ([deployment.md](deployment.md)); a compiled HTTP front end would close
the gap. For photographs the model is the limit, and all servers come close to it."""

HOW = f"""\
- **{LIMIT}** is the limit: Pillow decodes and onnxruntime runs on one thread, without a server.
  Its processes work on as many images at once as there are clients, each on its share in one batch.
  **{SHARING}** does the same with threads of one process: the difference is the cost of Python's lock.
- Clients are connections of `wrk`, on the same cores as the server; each sends its next image when it has its answer.
  The tables show the CPU time that this takes. A request that failed does not count as answered.
- CPU is user and system time of all processes of a server. Memory is their proportional set size after the load.
- Every score is checked against the bare computation before anything is timed.
- Hourglass does more for a request than the others: it checks the image's header first, also answers the threshold and
  the percentile, counts metrics, and writes a log line."""

STAGES_SAY = """\
Milliseconds that a request spends in each stage, from the service's own metrics; waiting for a core counts too."""

CODE_SAYS = """\
Where the threads of the process spend their time, as py-spy samples them; threads that wait for work are left out. A
sample belongs to its innermost function of a kind listed here, so what that function calls in Python's library or in
numpy counts towards it. The share of the event loop includes waiting for the network."""

PHOTO_MODEL = """\
The model for photographs exists for this benchmark only: five-by-five convolutions of stride two, {:.1f} thousand
multiplications a pixel. Its weights are random, because its speed does not depend on them."""


def write_report(results: Results, docs: Path) -> Path:
    """Writes docs/performance.md and docs/pictures/performance.png; returns the path of the former."""
    summary = Summary(results)
    (docs / "pictures").mkdir(parents=True, exist_ok=True)
    draw(summary, results, docs / "pictures" / "performance.png")
    aims = [(aim.aim, aim.reached, "reached" if aim.met else "**missed**") for aim in summary.aims()]
    sections = [
        HEAD.format(repeats=results.repeats, machine=results.machine.described),
        "## Against the aims",
        table(("aim", "reached", ""), aims),
        WHY,
        "![Requests a second, and the median latency.](pictures/performance.png)",
        *(part for work in results.works for part in _work(summary, results, work)),
        *_profiles(results.profiles),
        "## How it was measured",
        HOW,
        PHOTO_MODEL.format(multiplications_per_pixel() / 1e3),
        "Each server runs with the best settings found in its documentation for this machine:",
        table(("server", "settings"), [(each.name, each.says) for each in (HOURGLASS, *PEERS_COMPARED)]),
        *_absent(results.absent),
    ]
    path = docs / "performance.md"
    path.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")
    return path


def _work(summary: Summary, results: Results, work: str) -> Iterable[str]:
    yield f"## {results.works[work]}"
    for clients in CLIENTS:
        rows = [
            (name, *(_cell(summary.spread(work, name, clients, figure)) for figure in COLUMNS.values()))
            for name in summary.contenders(work)
        ]
        yield f"### {clients} client{'s' * (clients > 1)}"
        yield table(("", *COLUMNS), rows)


def _cell(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    median, least, most = (_number(each) for each in (spread.median, spread.least, spread.most))
    return median if least == most else f"{median} ({least}–{most})"


def _number(value: float) -> str:
    """Three digits, or all before the point."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:,.{max(0, digits)}f}"


def _profiles(profiles: list[Profile]) -> Iterable[str]:
    if not profiles:
        return
    heads = [f"{each.work}, {each.clients} client{'s' * (each.clients > 1)}" for each in profiles]
    yield "## Where the time goes"
    yield STAGES_SAY
    yield table(("stage", *heads), _crossed([each.stages for each in profiles], _number))
    yield CODE_SAYS
    yield table(("code", *heads), _crossed([each.code for each in profiles], "{:.1%}".format))


def _crossed(columns: list[dict[str, float]], form: Callable[[float], str]) -> list[tuple[str, ...]]:
    names = dict.fromkeys(name for column in columns for name in column)
    return [(name, *(form(column[name]) if name in column else "–" for column in columns)) for name in names]


def _absent(absent: dict[str, str]) -> Iterable[str]:
    if absent:
        yield "Left out:\n\n" + "\n".join(f"- {name}: {why}" for name, why in absent.items())

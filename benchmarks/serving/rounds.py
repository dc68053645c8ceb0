"""The measurements: every contender at every load, over and over, one at a time and in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from benchmarks.machine import Machine
from benchmarks.serving.bare import LOOPS
from benchmarks.serving.contender import HOURGLASS, PEERS_COMPARED, Contender
from benchmarks.serving.load import NoLoad, press, write_bodies
from benchmarks.serving.results import CLIENTS, Results, Sample
from benchmarks.serving.scoring import Scorer
from benchmarks.serving.server import Server, ServerFailed, serving
from benchmarks.serving.work import Work

WARM_UP_SECONDS = 1
PACKAGES = ("onnxruntime", "numpy", "pillow", "fastapi", "uvicorn")


def measure(
    works: list[Work], repeats: int, seconds: float, scratch: Path, only: set[str], say: Callable[[str], None]
) -> Results:
    """Measures the bare loops, Hourglass and every installed peer; of the servers ``only`` those it names, if any.

    A contender that fails is reported as absent and left out from then on. ``scratch`` gets logs and bodies.
    """
    results = Results(Machine.here(PACKAGES), {work.name: work.title for work in works}, repeats)
    for turn in range(repeats):
        for work in works:
            for name, samples in _contenders(work, seconds * work.window, scratch, only, results.absent):
                with excused(f"{name}, {work.name}", results.absent):
                    for sample in samples():
                        results.samples.append(sample)
                        say(f"{turn + 1}/{repeats} {work.name} {name}, {sample.clients}: {sample.rate:,.1f}/s")
    return results


@contextmanager
def excused(name: str, absent: dict[str, str]) -> Iterator[None]:
    """Notes in ``absent`` what goes wrong in the block with a server, its load, or a look at its processes."""
    try:
        yield
    except (ServerFailed, NoLoad, OSError, psutil.Error) as error:
        absent[name] = str(error)


def _contenders(
    work: Work, seconds: float, scratch: Path, only: set[str], absent: dict[str, str]
) -> Iterator[tuple[str, Callable[[], Iterator[Sample]]]]:
    for name in LOOPS:
        yield name, partial(_bare_samples, name, work, seconds)
    for contender in (HOURGLASS, *(peer for peer in PEERS_COMPARED if peer.name in work.peers)):
        if only and contender.name not in only:
            continue
        if not contender.installed:
            absent[contender.name] = "not installed"
        elif f"{contender.name}, {work.name}" not in absent:
            yield contender.name, partial(_samples, contender, work, seconds, scratch)


def _bare_samples(name: str, work: Work, seconds: float) -> Iterator[Sample]:
    for clients in CLIENTS:
        run = LOOPS[name](work, clients, seconds)
        latencies = run.percentile_ms(50), run.percentile_ms(99)
        yield Sample(work.name, name, clients, run.seconds, run.images, 0, *latencies, run.cpu_seconds, 0, run.memory)


def _samples(contender: Contender, work: Work, seconds: float, scratch: Path) -> Iterator[Sample]:
    with serving(contender, work, scratch / f"{contender.name}-{work.name}.log") as server:
        scorer = Scorer(work.model)
        server.check([scorer.score([scorer.decode(file)])[0] for file in work.files])
        bodies = write_bodies(server, scratch / f"{contender.name}-{work.name}")
        press(server, bodies, max(CLIENTS), WARM_UP_SECONDS)
        for clients in CLIENTS:
            yield _sample(server, bodies, clients, seconds)


def _sample(server: Server, bodies: list[Path], clients: int, seconds: float) -> Sample:
    server.ask(server.work.files[0])  # it answers this after all that the last load left behind
    before = server.usage()
    load = press(server, bodies, clients, seconds)
    after = server.usage()
    if load.requests == 0:
        raise ServerFailed(f"no request was answered in {seconds:g} s")
    return Sample(
        server.work.name,
        server.contender.name,
        clients,
        load.seconds,
        load.requests,
        load.refused + load.broken,
        load.p50_ms,
        load.p99_ms,
        after.since(before),
        load.cpu_seconds,
        after.memory,
    )

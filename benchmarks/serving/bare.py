"""The limit: the same computation without a server, on as many images at once as there would be clients."""

import itertools
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import psutil

from benchmarks.serving.scoring import Scorer
from benchmarks.serving.work import Work
from hourglass.models.runtime import usable_cores

WARM_UP_SECONDS = 0.5


@dataclass(frozen=True)
class Bare:
    """What was computed in ``seconds``. ``calls`` are the seconds of each call; ``memory`` is in bytes."""

    images: int
    seconds: float
    calls: list[float]
    cpu_seconds: float
    memory: int

    def percentile_ms(self, rank: float) -> float:
        return float(np.percentile(self.calls, rank)) * 1e3


def by_processes(work: Work, clients: int, seconds: float) -> Bare:
    """``clients`` images at a time, shared between a process for each core: all that the machine can do."""
    workers, batch = _shares(work, clients)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(partial(_run, work, 1, batch), itertools.repeat(seconds, workers)))
    return Bare(
        sum(part.images for part in parts),
        max(part.seconds for part in parts),
        [call for part in parts for call in part.calls],
        sum(part.cpu_seconds for part in parts),
        sum(part.memory for part in parts),
    )


def by_threads(work: Work, clients: int, seconds: float) -> Bare:
    """The same in one process with a thread for each core, which share one Python interpreter."""
    workers, batch = _shares(work, clients)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, work, workers, batch, seconds).result()


LOOPS = {"bare, a process a core": by_processes, "bare, a thread a core": by_threads}
LIMIT, SHARING = LOOPS


def _shares(work: Work, clients: int) -> tuple[int, int]:
    """Workers, and the images that each works on at once."""
    workers = min(usable_cores(), clients)
    return workers, max(1, min(work.batch, clients // workers))


def _run(work: Work, threads: int, batch: int, seconds: float) -> Bare:
    scorer = Scorer(work.model)
    with ThreadPoolExecutor(threads) as pool:
        loop = partial(_loop, scorer, work.files, batch)
        list(pool.map(loop, itertools.repeat(WARM_UP_SECONDS, threads)))
        before, began = time.process_time(), time.perf_counter()
        calls = [call for part in pool.map(loop, itertools.repeat(seconds, threads)) for call in part]
        took, used = time.perf_counter() - began, time.process_time() - before
    return Bare(batch * len(calls), took, calls, used, psutil.Process().memory_full_info().pss)


def _loop(scorer: Scorer, files: list[bytes], batch: int, seconds: float) -> list[float]:
    calls, turn = [], itertools.cycle(files)
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        scorer.score([scorer.decode(next(turn)) for _ in range(batch)])
        calls.append(time.perf_counter() - began)
    return calls

"""python -m tests.load.chaos: requests of every kind, a third of them malformed, and what the service made of them.

Each request follows from the seed and its number alone, so a finding can be sent again: ``--first N --requests 1``.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from tests.conftest import MODELS
from tests.load.traffic import attacks
from tests.load.traffic.wellformed import Attempt, Traffic
from tests.load.traffic.wire import abandon, exchange, sulk
from tests.load.watched import Watched

CALLERS = 16
WARM_UP = 1000
"""Requests before memory is measured first: in a run of 20,000 it was 325 MiB after 200, 381 after 500, and 406 at the
end."""

MALFORMED = 1 / 3
GROWTH = 1.2
"""Factor by which memory may have grown in the end, from that after the warm-up."""

PATIENCE = 10
"""Seconds it has to give memory back."""


def launch(folder: Path) -> Watched:
    """A service with all models. Its deadline suits a busy machine, but slow senders are cut off soon."""
    settings = {"HOURGLASS_UPLOAD_SECONDS": "5", "HOURGLASS_DEADLINE_SECONDS": "30"}
    return Watched(folder, HOURGLASS_MODELS=str(MODELS), **settings)


class Chaos:
    """Sends requests to a process and keeps what it finds wrong in ``findings``, a line each."""

    def __init__(self, process: Watched, seed: int) -> None:
        self._process, self._seed = process, seed
        self._traffic = Traffic(process.url, Random(seed))
        self.findings: list[str] = []
        self.answers: Counter[int] = Counter()

    def run(self, numbers: Iterable[int]) -> None:
        """Sends WARM_UP requests, then those of ``numbers``, and checks the process, its memory and its log."""
        asyncio.run(self._send(iter(range(WARM_UP))))
        before = self._process.resident_bytes
        asyncio.run(self._send(iter(numbers)))
        self._settle(before)

    def attempt(self, number: int) -> Attempt:
        random = Random(f"{self._seed}-{number}")
        if random.random() < MALFORMED:
            return attacks.attempt(self._traffic, random)
        return self._traffic.attempt(random)

    def _settle(self, resident_bytes: int) -> None:
        end = time.monotonic() + PATIENCE
        while self._process.alive and self._process.resident_bytes > GROWTH * resident_bytes:
            if time.monotonic() > end:
                now, before = (size >> 20 for size in (self._process.resident_bytes, resident_bytes))
                self.findings.append(f"memory: {now} MiB, {before} MiB after the warm-up")
                break
            time.sleep(0.1)
        if not self._process.alive:
            self.findings.append("the process has ended")
        elif self._process.ready().status_code != 200:
            self.findings.append("it is not ready any more")
        said = self._process.log + self._process.errors
        for sign in ("unexpected error", "Traceback", "exception"):
            if sign in said:
                self.findings.append(f"the log says: {said[said.index(sign) - 200 :][:3000]}")

    async def _send(self, numbers: Iterator[int]) -> None:
        await asyncio.gather(*(self._call(numbers) for _ in range(CALLERS)))

    async def _call(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            attempt = await asyncio.to_thread(self.attempt, number)
            try:
                status = await self._status(attempt)
            except (OSError, TimeoutError) as error:
                self.findings.append(f"{number}, {attempt.name}: {error!r}")
                continue
            self.answers[status] += 1
            if status not in attempt.allowed:
                self.findings.append(f"{number}, {attempt.name}: {status}, not {sorted(attempt.allowed)}")

    async def _status(self, attempt: Attempt) -> int:
        if attempt.leaves:
            await abandon(self._process.port, *attempt.pieces)
            return attacks.CLOSED
        if attempt.sulks:
            await sulk(self._process.port, *attempt.pieces)
            return attacks.CLOSED
        answer = await exchange(self._process.port, *attempt.pieces, pause=attempt.pause, sip=attempt.sip)
        return answer.status


def shown(numbers: Iterable[int], chaos: Chaos) -> Iterator[int]:
    """The same ``numbers``, with a line of progress for every hundredth."""
    for number in numbers:
        if number % 100 == 0:
            told = ", ".join(f"{status}: {count}" for status, count in sorted(chaos.answers.items()))
            print(f"request {number}; {len(chaos.findings)} findings; {told}", flush=True)
        yield number


def main() -> int:
    """Sends the requests. Returns 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, help="instead of a number of requests")
    parser.add_argument("--first", type=int, default=WARM_UP, help="number of the first request")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    numbers: Iterable[int] = range(options.first, options.first + options.requests)
    if options.minutes:
        end = time.monotonic() + 60 * options.minutes
        numbers = itertools.takewhile(lambda _: time.monotonic() < end, itertools.count(options.first))
    with tempfile.TemporaryDirectory() as folder:
        process = launch(Path(folder))
        try:
            chaos = Chaos(process, options.seed)
            chaos.run(shown(numbers, chaos))
        finally:
            process.kill()
    print(*chaos.findings or ["nothing was found"], sep="\n")
    return 1 if chaos.findings else 0


if __name__ == "__main__":
    sys.exit(main())

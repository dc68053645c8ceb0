"""Samples → medians with their spread, and the aims that they meet or miss."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.serving.bare import LIMIT, LOOPS
from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.results import CLIENTS, Results, Sample

FASTER = 1.3
SHARE = 0.95
SLOWER_MS = 1.0


@dataclass(frozen=True)
class Spread:
    """A figure over the repeats."""

    median: float
    least: float
    most: float


@dataclass(frozen=True)
class Aim:
    """What was aimed at and what was reached, in words."""

    aim: str
    reached: str
    met: bool


class Summary:
    """The figures of a run by work, contender and load."""

    def __init__(self, results: Results) -> None:
        self._samples: dict[tuple[str, str, int], list[Sample]] = {}
        for sample in results.samples:
            self._samples.setdefault((sample.work, sample.contender, sample.clients), []).append(sample)

    def contenders(self, work: str) -> list[str]:
        """The contenders with figures, in the order they were measured."""
        return list(dict.fromkeys(name for of, name, _ in self._samples if of == work))

    def spread(self, work: str, contender: str, clients: int, figure: Callable[[Sample], float]) -> Spread | None:
        """A figure of a contender over the repeats, if it was measured at this load."""
        samples = self._samples.get((work, contender, clients))
        if not samples:
            return None
        values = [figure(sample) for sample in samples]
        return Spread(statistics.median(values), min(values), max(values))

    def rates(self, work: str, clients: int) -> dict[str, float]:
        """Good answers a second, the median, of each contender at one load."""
        spreads = ((name, self.spread(work, name, clients, _rate)) for name in self.contenders(work))
        return {name: spread.median for name, spread in spreads if spread}

    def aims(self) -> list[Aim]:
        """Each aim that this run can judge."""
        judged = [judge(clients) for judge in (self._beside_peers, self._beside_limit) for clients in CLIENTS]
        return [aim for aim in (*judged, self._idle()) if aim]

    def _beside_peers(self, clients: int) -> Aim | None:
        rates = self.rates("small", clients)
        ours = rates.pop(HOURGLASS.name, None)
        peers = {name: rate for name, rate in rates.items() if name not in LOOPS}
        if ours is None or not peers:
            return None
        best = max(peers, key=lambda name: peers[name])
        ratio = ours / peers[best]
        aim = f"28×28, {_clients(clients)}: {FASTER:g} times the requests/s of the best peer"
        return Aim(aim, f"{ratio:.2f} times {best}", ratio >= FASTER)

    def _beside_limit(self, clients: int) -> Aim | None:
        rates = self.rates("photo", clients)
        if not {HOURGLASS.name, LIMIT} <= rates.keys():
            return None
        share = rates[HOURGLASS.name] / rates[LIMIT]
        return Aim(f"photographs, {_clients(clients)}: {SHARE:.0%} of the bare loop", f"{share:.0%}", share >= SHARE)

    def _idle(self) -> Aim | None:
        ours, direct = (self.spread("small", name, 1, _p50) for name in (HOURGLASS.name, LIMIT))
        if not ours or not direct:
            return None
        more = ours.median - direct.median
        aim = f"28×28, idle: p50 within {SLOWER_MS:g} ms of a direct call"
        return Aim(aim, f"{ours.median:.2f} ms, {more:+.2f} ms", more <= SLOWER_MS)


def _rate(sample: Sample) -> float:
    return sample.rate


def _p50(sample: Sample) -> float:
    return sample.p50_ms


def _clients(clients: int) -> str:
    return f"{clients} client" + "s" * (clients > 1)

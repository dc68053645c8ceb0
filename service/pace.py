"""How slowly bytes may come or go before whoever sends or takes them is given up."""

GRACE_SECONDS = 10.0
"""How long nothing at all may move."""


class Pace:
    """A bucket of patience: each second takes one out, each byte puts 1 / ``rate`` seconds in, up to GRACE_SECONDS."""

    def __init__(self, rate: float, now: float) -> None:
        """``rate``: the least bytes a second. ``now``: of a monotonic clock, seconds, here and below."""
        self._rate = rate
        self.due = now + GRACE_SECONDS
        """When the patience ends, unless more bytes move."""

    def moved(self, count: float, now: float) -> None:
        """Tells that so many bytes have come or gone."""
        self.due = min(self.due + count / self._rate, now + GRACE_SECONDS)

    def behind(self, now: float) -> float:
        """Seconds of patience that are used up."""
        return now + GRACE_SECONDS - self.due

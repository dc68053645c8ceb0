"""How often, and for how long, a call is tried."""

import random
import time

import httpx

from hourglass.client.calls import Outcome

BACKOFF_SECONDS = 0.25
"""The most that is added at random to the first pause; twice that to the second, and so on."""

CUT_OFF = (httpx.NetworkError, httpx.RemoteProtocolError)
"""Refused, reset, or hung up on. Sending again is safe: no call does more when it is made twice."""


class Tries:
    """The time and the tries that one call has left."""

    def __init__(self, timeout: float, retries: int) -> None:
        """The call may take ``timeout`` seconds in all, and ``retries`` tries after the first."""
        self._end, self._retries, self._made = time.monotonic() + timeout, retries, 0

    @property
    def seconds(self) -> float:
        """The time left, at least 0.001: the service takes no deadline of 0."""
        return max(self._end - time.monotonic(), 0.001)

    def pause(self, outcome: Outcome) -> float | None:
        """Seconds until the next try; None if another cannot help, or no time or try is left for it."""
        if isinstance(outcome, httpx.TransportError):
            asked = "0" if isinstance(outcome, CUT_OFF) else ""
        else:
            asked = outcome.headers.get("Retry-After", "") if outcome.status_code in {429, 503} else ""
        if not (asked.isascii() and asked.isdecimal()) or self._made >= self._retries:
            return None
        self._made += 1
        # Random, so that callers who were refused together do not come back together.
        pause = float(asked) + random.uniform(0, BACKOFF_SECONDS * self._made)
        return pause if pause < self.seconds else None

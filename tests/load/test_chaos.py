"""Requests of every kind, a third of them malformed.

As many as CHAOS_REQUESTS says, 800 by default, after those of the warm-up.
"""

import os
from pathlib import Path

from tests.load.chaos import WARM_UP, Chaos, launch

REQUESTS = int(os.environ.get("CHAOS_REQUESTS", "800"))


def test_nothing_sent_does_harm(tmp_path: Path) -> None:
    process = launch(tmp_path)
    try:
        chaos = Chaos(process, seed=0)
        chaos.run(range(WARM_UP, WARM_UP + REQUESTS))
    finally:
        process.kill()
    assert chaos.findings == []

"""Requests of every kind, a third of them malformed.

After the warm-up come CHAOS_REQUESTS of them, 800 by default.
"""

import os
from pathlib import Path

import pytest

from tests.load.chaos import WARM_UP, Chaos, launch

pytestmark = pytest.mark.timing  # senders who take longer than 5 seconds are cut off

REQUESTS = int(os.environ.get("CHAOS_REQUESTS", "800"))


def test_nothing_sent_does_harm(tmp_path: Path) -> None:
    process = launch(tmp_path)
    try:
        chaos = Chaos(process, seed=0)
        chaos.run(range(WARM_UP, WARM_UP + REQUESTS))
    finally:
        process.kill()
    assert chaos.findings == []

"""What reading is said to take, beside what it takes: measured in child processes, for each format and mode."""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from hourglass.imaging import FORMATS
from tests.hourglass.imaging.peaks import FILES

SLACK = 4 << 20
"""Bytes that a decoder takes whatever the size."""

MOST_WASTED = 1.75
"""How many times too much may be counted."""

HERE = [name for name in FILES if name.split()[0] in FORMATS]


@dataclass
class Peak:
    took: int = 0
    estimate: int = 0


@pytest.fixture(scope="module")
def peaks() -> dict[str, Peak]:
    """The most that reading and either way of fitting took, by file."""
    command = [sys.executable, "-m", "tests.hourglass.imaging.peaks"]
    found: dict[str, Peak] = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        told = json.loads(line)
        peak = found.setdefault(told["file"], Peak())
        peak.took, peak.estimate = max(peak.took, told["took"]), told["estimate"]
    return found


@pytest.mark.parametrize("name", HERE)
def test_reading_takes_what_it_is_said_to(peaks: dict[str, Peak], name: str) -> None:
    peak = peaks[name]
    assert peak.took <= peak.estimate + SLACK
    assert peak.estimate <= MOST_WASTED * peak.took + SLACK

"""Contenders as processes: started, checked, watched and ended."""

import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.serving.contender import HOURGLASS, Contender
from benchmarks.serving.scoring import Scorer
from benchmarks.serving.server import ServerFailed, serving
from benchmarks.serving.work import Work


def expected(work: Work) -> list[float]:
    scorer = Scorer(work.model)
    return [scorer.score([scorer.decode(file)])[0] for file in work.files]


def test_hourglass_scores_as_the_bare_computation_does_and_ends(small: Work, tmp_path: Path) -> None:
    with serving(HOURGLASS, small, tmp_path / "log") as server:
        before = server.usage()
        server.check(expected(small))
        after = server.usage()
        assert after.since(before) > 0
        assert after.memory > 1 << 20
        with pytest.raises(ServerFailed, match="it scores an image"):
            server.check([0.5] * len(small.files))
    assert not psutil.pid_exists(server.pid)


@pytest.mark.parametrize(
    ("code", "told"), [("raise RuntimeError('no luck')", "it ended: RuntimeError: no luck"), ("", "it ended: no word")]
)
def test_server_that_does_not_start_is_told(small: Work, tmp_path: Path, code: str, told: str) -> None:
    broken = Contender("broken", "", (sys.executable, "-c", code), "/")
    with pytest.raises(ServerFailed, match=told), serving(broken, small, tmp_path / "log"):
        pass

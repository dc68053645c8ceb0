"""Contenders as processes: started, checked, watched, ended; and those that do not start."""

import dataclasses
import shutil
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.serving.contender import HOURGLASS, Contender
from benchmarks.serving.load import NoLoad, press, require_wrk, write_bodies
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


def test_missing_wrk_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoLoad, match="apt-get install wrk"):
        require_wrk()


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_every_answer_and_every_refusal_is_counted(small: Work, tmp_path: Path) -> None:
    with serving(HOURGLASS, small, tmp_path / "log") as server:
        good = press(server, write_bodies(server, tmp_path / "good"), 2, 1)
        nonsense = dataclasses.replace(HOURGLASS, body=lambda file: file[:20])
        server.contender = nonsense
        bad = press(server, write_bodies(server, tmp_path / "bad"), 2, 1)
    assert good.requests > 0
    assert good.refused == good.broken == 0
    assert 0 < good.p50_ms <= good.p99_ms
    assert bad.refused == bad.requests > 0

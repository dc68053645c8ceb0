"""The load of wrk."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from benchmarks.serving.contender import HOURGLASS
from benchmarks.serving.load import NoLoad, press, require_wrk, write_bodies
from benchmarks.serving.server import serving
from benchmarks.serving.work import Work


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

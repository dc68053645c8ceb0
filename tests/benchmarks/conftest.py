"""The work of the benchmark, as it is there, and a place for its commands."""

from pathlib import Path

import pytest

from benchmarks.serving.work import Work, small_work


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return small_work(tmp_path_factory.mktemp("small"))


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the command runs."""
    folder = tmp_path / "inside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder

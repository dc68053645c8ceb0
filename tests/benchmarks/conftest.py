"""The work of the benchmark, as it is there."""

import pytest

from benchmarks.serving.work import Work, small_work


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return small_work(tmp_path_factory.mktemp("small"))

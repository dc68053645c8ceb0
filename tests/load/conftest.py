"""The service under test here is always its own process; one model does what an image asks of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import MODELS
from tests.load import faults
from tests.load.watched import Watched

Watch = Callable[..., Watched]


@pytest.fixture(scope="session")
def faulty_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder: the model of ``faults``, and two healthy ones."""
    folder = tmp_path_factory.mktemp("faulty-models")
    faults.install(folder)
    for healthy in ("fashion-denoising", "fashion-variational"):
        (folder / healthy).symlink_to(MODELS / healthy)
    return folder


@pytest.fixture
def watch(faulty_models: Path, tmp_path: Path) -> Iterator[Watch]:
    """Starts a process: ``watch(HOURGLASS_THREADS="1")``; killed at the end if it still runs."""
    started: list[Watched] = []

    def start(**environment: str) -> Watched:
        folder = tmp_path / f"watched-{len(started)}"
        folder.mkdir()
        started.append(Watched(folder, **{"HOURGLASS_MODELS": str(faulty_models), **environment}))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture(scope="session")
def narrow(faulty_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A process with one worker that takes one image at a time, so that others queue. Tests must not end it."""
    process = Watched(
        tmp_path_factory.mktemp("narrow"),
        HOURGLASS_MODELS=str(faulty_models),
        HOURGLASS_THREADS="1",
        HOURGLASS_MAX_BATCH="1",
    )
    assert process.port  # waits until it has started: no test should count the CPU time of that
    yield process
    process.kill()

"""What the tests share: real images, the service on a socket in this process, and the service as its own process."""

import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import hypothesis
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hourglass.imaging import Pixels
from hourglass.models.files import models_folder
from hourglass.models.repository import Repository
from hourglass.models.vector import VectorModel
from service.app import create_app
from service.server import Server
from service.settings import Settings

FIXTURES = Path(__file__).parent / "fixtures"
MODELS = models_folder()
PATIENCE = 60
"""Seconds to wait for what should happen before a test fails. A test that passes does not wait that long."""

for name in [name for name in os.environ if name.startswith("HOURGLASS_")]:
    del os.environ[name]

os.environ["OMP_NUM_THREADS"] = "1"  # read by torch once it is imported: tests run side by side, a core each

hypothesis.settings.register_profile("hourglass", deadline=None, print_blob=True)
hypothesis.settings.load_profile("hourglass")


@dataclass(frozen=True)
class Labelled:
    """``images`` uint8 [n, 28, 28], ``labels`` uint8 [n]."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def read_fixture(data_set: str) -> Labelled:
    with np.load(FIXTURES / f"{data_set}.npz") as file:
        return Labelled(file["images"], file["labels"])


def to_file(pixels: NDArray[np.uint8], kind: str = "PNG", **options: object) -> bytes:
    """An image file of uint8 [height, width] or [height, width, channels]."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def from_file(data: bytes) -> Pixels:
    """The pixels of an image file: uint8 [height, width] or [height, width, channels]."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def wait_until(holds: Callable[[], bool]) -> None:
    """Returns as soon as ``holds()`` is true; fails the test if it never is."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def fashion() -> Labelled:
    return read_fixture("fashion")


@pytest.fixture(scope="session")
def fresh() -> Labelled:
    """Garments that neither trained a model nor set the scale of its anomaly scores."""
    return read_fixture("fresh")


@pytest.fixture(scope="session")
def mnist() -> Labelled:
    return read_fixture("mnist")


@pytest.fixture(scope="session")
def png(fashion: Labelled) -> bytes:
    """A garment, 28×28 gray."""
    return to_file(fashion.images[0])


@pytest.fixture(scope="session")
def few_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with one model for each task, quicker to load than all."""
    folder = tmp_path_factory.mktemp("models")
    for model in ("photo-codec", "photo-denoiser", "fashion-undercomplete", "fashion-denoising", "fashion-variational"):
        (folder / model).symlink_to(MODELS / model)
    return folder


@pytest.fixture(scope="session")
def repository(few_models: Path) -> Repository:
    return Repository(few_models, "cpu")


def model_of(repository: Repository, name: str) -> VectorModel:
    """An installed model of images of one size."""
    found = repository.named(name)
    assert isinstance(found, VectorModel)
    return found


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """The application on a free port, by uvicorn in a thread, and a client of it."""
    server = Server(create_app(settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client of the service with every model and the default settings."""
    with serving(Settings(models=MODELS, port=0)) as client:
        yield client


Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve(few_models: Path) -> Iterator[Serve]:
    """Starts a service with other settings: ``serve(queue_images=1)`` is a client of it."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(
            serving(Settings(**{"models": few_models, "port": 0, **settings}))
        )


class Process:
    """``python -m service`` with settings from its environment, on a free port."""

    module = "service"

    def __init__(self, folder: Path, python: str | Path = sys.executable, **environment: str) -> None:
        """What it says is kept in ``folder``. Another ``python`` than ours runs in it, to find its own packages."""
        self._output, self._errors = folder / "output", folder / "errors"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [python, "-m", self.module],
                cwd=None if python == sys.executable else folder,
                env={**os.environ, "HOURGLASS_PORT": "0", **environment},
                stdout=output,
                stderr=errors,
            )

    @property
    def log(self) -> str:
        """Its standard output so far."""
        return self._output.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """Its standard error so far."""
        return self._errors.read_text(encoding="utf-8")

    @property
    def port(self) -> int:
        """The port it listens on, once it does."""
        said = "running on http://127.0.0.1:"
        wait_until(lambda: said in self.log or self._process.poll() is not None)
        return int(self.log.partition(said)[2].split()[0])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def terminate(self) -> None:
        """What an orchestrator does: SIGTERM."""
        self.send(signal.SIGTERM)

    def send(self, asked: signal.Signals) -> None:
        self._process.send_signal(asked)

    def limit(self, kind: int, most: int) -> None:
        """Bounds a resource of it from now on; ``kind`` is one of ``resource.RLIMIT_...``."""
        resource.prlimit(self._process.pid, kind, (most, resource.prlimit(self._process.pid, kind)[1]))

    @property
    def address_bytes(self) -> int:
        """Its address space now."""
        return 4096 * int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[0])

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


Launch = Callable[..., Process]


@pytest.fixture
def launch(few_models: Path, tmp_path: Path) -> Iterator[Launch]:
    """Starts a process: ``launch(HOURGLASS_API_KEYS="secret")``; killed at the end if it still runs."""
    started: list[Process] = []

    def start(**environment: str) -> Process:
        folder = tmp_path / f"process-{len(started)}"
        folder.mkdir()
        started.append(Process(folder, **{"HOURGLASS_MODELS": str(few_models), **environment}))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture(scope="session")
def process(few_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A process that tests share; they must not end it."""
    process = Process(tmp_path_factory.mktemp("process"), HOURGLASS_MODELS=str(few_models))
    yield process
    process.kill()

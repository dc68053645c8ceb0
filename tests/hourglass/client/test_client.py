"""The clients, each against the real service: what they hand over, what they raise, and when they try again."""

import asyncio
import concurrent.futures
import contextlib
import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import numpy as np
import pytest

from hourglass.client import AsyncHourglass, Box, Denoised, Hourglass, HourglassProblem, Model, Problem, Score, Scores
from tests.conftest import Labelled, Process, Serve, from_file, to_file, wait_until
from tests.hourglass.models import detectors

ROOT = Path(__file__).parents[3]
FASHION = "fashion-undercomplete"

Connect = Callable[..., Hourglass]


class Awaited:
    """An AsyncHourglass, each of whose methods is awaited."""

    def __init__(self, hourglass: AsyncHourglass) -> None:
        self._hourglass, self._runner = hourglass, asyncio.Runner()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._hourglass, name)
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))

    def __enter__(self) -> "Awaited":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._hourglass.aclose())
        self._runner.close()


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client, of either kind: ``connect(url, retries=0).encode(png)``."""
    with contextlib.ExitStack() as opened:

        def connected(
            url: httpx.URL | str, api_key: str | None = None, timeout: float = 60, retries: int = 3
        ) -> Hourglass:
            settings = (str(url), api_key, timeout, retries)
            if request.param == "sync":
                return opened.enter_context(Hourglass(*settings))
            return cast("Hourglass", opened.enter_context(Awaited(AsyncHourglass(*settings))))

        yield connected


@pytest.fixture
def small(few_models: Path, tmp_path: Path) -> Path:
    """A models folder that is quick to load."""
    for model in (FASHION, "fashion-variational"):
        (tmp_path / model).symlink_to(few_models / model)
    return tmp_path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that takes connections, and answers none by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        yield listener


def address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def answered(client: httpx.Client, status: int) -> float:
    """How many requests for work the service has answered with ``status``."""
    found = re.findall(rf'^hourglass_requests_total{{.*status="{status}"}} (.*)$', client.get("/metrics").text, re.M)
    return sum(float(count) for count in found)


def test_types_are_told_to_a_type_checker(process: Process, png: bytes) -> None:
    with Hourglass(process.url) as hourglass:
        blocking: Scores = hourglass.anomaly_score(png)
        listed: tuple[Model, ...] = hourglass.models()

    async def ask() -> tuple[Denoised, Scores]:
        async with AsyncHourglass(process.url) as hourglass:
            return await hourglass.denoise(png), await hourglass.anomaly_score(png)

    denoised, awaited = asyncio.run(ask())
    assert blocking == awaited
    assert denoised.image
    assert listed


def test_compressed_image_is_shown_again(connect: Connect, process: Process, fashion: Labelled, png: bytes) -> None:
    hourglass = connect(process.url)
    small, large = (hourglass.encode(png, quality=quality, model=FASHION) for quality in (10, 90))
    assert len(small) < len(large)
    shown = from_file(hourglass.decode(large))
    assert shown.shape == (28, 28)
    assert abs(shown.astype(float) - fashion.images[0]).mean() < 20


def test_files_are_read_from_where_they_lie(connect: Connect, process: Process, png: bytes, tmp_path: Path) -> None:
    hourglass = connect(process.url)
    image, file = tmp_path / "image.png", tmp_path / "image.hgls"
    image.write_bytes(png)
    file.write_bytes(hourglass.encode(image, model=FASHION))
    assert file.read_bytes() == hourglass.encode(png, model=FASHION)
    assert hourglass.decode(file) == hourglass.decode(file.read_bytes())
    with pytest.raises(FileNotFoundError):
        hourglass.encode(tmp_path / "nothing.png")


def test_noise_is_told_where_it_is_known(connect: Connect, process: Process, png: bytes) -> None:
    hourglass = connect(process.url)
    photo = hourglass.denoise(png, strength=0)
    assert (from_file(photo.image) == from_file(png)).all()
    assert photo.sigma is None
    assert hourglass.denoise(png).sigma is not None
    assert hourglass.denoise(png, model="fashion-denoising").sigma is None


def test_samples_are_those_of_their_seed(connect: Connect, process: Process) -> None:
    hourglass = connect(process.url)
    first = hourglass.sample(4, 1, 0.5)
    assert hourglass.sample(count=4, seed=1, temperature=0.5) == first
    assert hourglass.sample(count=4, seed=2, temperature=0.5) != first


def test_of_several_images_a_broken_one_has_its_own_problem(connect: Connect, process: Process, png: bytes) -> None:
    scores = connect(process.url).anomaly_score(png, b"no image", png)
    first, broken, last = scores.results
    assert scores.model == FASHION
    assert isinstance(first, Score)
    assert isinstance(last, Score)
    assert first.score == pytest.approx(last.score)
    assert first.heatmap is None
    assert first.anomalous == (first.score > first.threshold)
    assert isinstance(broken, Problem)
    assert broken.status == 415
    assert "image" in broken.detail


def test_heat_map_is_an_image(connect: Connect, process: Process, png: bytes) -> None:
    (score,) = connect(process.url).anomaly_score(png, heatmap=True).results
    assert isinstance(score, Score)
    assert score.heatmap
    assert from_file(score.heatmap).shape[:2] == (28, 28)


def test_image_of_another_size_is_taken_where_it_may_be_resized(
    connect: Connect, process: Process, fashion: Labelled
) -> None:
    hourglass = connect(process.url)
    wide = to_file(fashion.images[0].repeat(2, axis=1))
    (score,) = hourglass.anomaly_score(wide, resize=True).results
    assert isinstance(score, Score)
    with pytest.raises(HourglassProblem, match=r"^422 "):
        hourglass.anomaly_score(wide)


def test_installed_models_are_listed(connect: Connect, process: Process) -> None:
    models = {model.name: model for model in connect(process.url).models()}
    assert models[FASHION].input.height == 28
    assert models["photo-codec"].input.height == "any"
    assert "encode" in models["photo-codec"].default_for


def test_hot_parts_are_told_by_models_that_find_them(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    detectors.write_detector(small)
    hourglass = connect(serve(models=small).base_url)
    white = to_file(np.full((20, 30), 255, np.uint8))
    (found,) = hourglass.anomaly_score(white, model=detectors.NAME, heatmap=True).results
    (unasked,) = hourglass.anomaly_score(white, model=detectors.NAME).results
    (untold,) = hourglass.anomaly_score(png, model=FASHION, heatmap=True).results
    assert isinstance(found, Score)
    assert found.heatmap
    assert from_file(found.heatmap).shape == (20, 30)
    assert found.boxes == (Box(left=0, top=0, right=30, bottom=20, heat=1 / detectors.HOT),)
    assert isinstance(unasked, Score)
    assert isinstance(untold, Score)
    assert unasked.boxes == untold.boxes == ()


def test_models_are_reloaded(connect: Connect, serve: Serve, small: Path) -> None:
    hourglass = connect(serve(models=small).base_url)
    detectors.write_detector(small)
    changes = hourglass.reload()
    assert (changes.added, changes.kept) == ((detectors.NAME,), (FASHION, "fashion-variational"))
    assert detectors.NAME in {model.name for model in hourglass.models()}
    detectors.write_detector(small, version="2.0.0")
    assert hourglass.reload().replaced == (detectors.NAME,)
    detectors.write_detector(small, heat="nan")
    with pytest.raises(HourglassProblem, match=r"^409 .*no number"):
        hourglass.reload()


def test_what_a_newer_service_adds_is_passed_over() -> None:
    problem = {"status": 422, "title": "Unprocessable Content", "detail": "broken", "instance": "/1"}
    score = {"score": 1, "threshold": 2, "anomalous": False, "percentile": 3, "dropped": [], "rank": 4}
    told = {"model": "new", "version": "9.0.0", "results": [score, problem], "took": 1.5}
    assert [type(result) for result in Scores.model_validate(told).results] == [Score, Problem]


def test_key_opens(connect: Connect, serve: Serve, small: Path) -> None:
    server = serve(models=small, api_keys=("secret",)).base_url
    assert connect(server, api_key="secret").models()
    for key in (None, "wrong"):
        with pytest.raises(HourglassProblem) as caught:
            connect(server, api_key=key).models()
        assert caught.value.status == 401


def test_wrong_parameter_is_named_and_not_tried_again(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    server = serve(models=small)
    with pytest.raises(HourglassProblem) as caught:
        connect(server.base_url).encode(png, quality=101, model=FASHION)
    assert (caught.value.status, caught.value.parameter) == (422, "quality")
    assert answered(server, 422) == 1


def test_problem_survives_the_way_between_processes() -> None:
    problem = HourglassProblem(Problem(status=422, title="Unprocessable Content", detail="quality: no", parameter="x"))
    again = pickle.loads(pickle.dumps(problem))
    assert (again.status, again.parameter, str(again)) == (422, "x", "422 Unprocessable Content: quality: no")


def test_late_answer_is_a_problem(connect: Connect, serve: Serve, small: Path) -> None:
    with pytest.raises(HourglassProblem) as caught:
        connect(serve(models=small, deadline_seconds=0.001, max_batch=1).base_url).sample(256)
    assert caught.value.status == 504


def test_refused_call_is_made_again_once_there_is_room(connect: Connect, serve: Serve, small: Path, png: bytes) -> None:
    server = serve(models=small, queue_bytes=20_000)
    others = b"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + bytes(19_990)
    with (
        concurrent.futures.ThreadPoolExecutor(1) as pool,
        socket.create_connection((server.base_url.host, server.base_url.port or 0), 30) as connection,
    ):
        connection.sendall(others)
        wait_until(lambda: "hourglass_held_bytes 19990.0" in server.get("/metrics").text)
        asked = pool.submit(connect(server.base_url, retries=20).encode, png, model=FASHION)
        wait_until(lambda: answered(server, 429) > 0)
        connection.close()
        assert asked.result().startswith(b"HGLS")


@pytest.mark.parametrize("settings", [{"retries": 0}, {"timeout": 0.9}], ids=["no try", "no time"])
def test_refusal_is_raised_where_nothing_is_left_to_try_again(
    connect: Connect, serve: Serve, small: Path, settings: dict[str, Any]
) -> None:
    server = serve(models=small, threads=1, max_batch=1, queue_images=2)
    with pytest.raises(HourglassProblem) as caught:
        connect(server.base_url, **settings).sample(64)
    assert caught.value.status == 429
    assert answered(server, 429) == 1


def test_server_that_is_not_there(connect: Connect, listener: socket.socket) -> None:
    nowhere = address(listener)
    listener.close()
    with pytest.raises(httpx.ConnectError):
        connect(nowhere, retries=1).models()


def test_server_that_hangs_up_and_starts_anew_is_asked_again(
    connect: Connect, serve: Serve, small: Path, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener), retries=50).models)
        with contextlib.closing(listener.accept()[0]) as connection:  # closed before it was read: a reset
            connection.recv(1)
        with contextlib.closing(listener.accept()[0]) as connection:
            head = connection.recv(1 << 16)
        listener.close()
        serve(models=small, port=port)
        assert asked.result()
    said = re.search(rb"\r\nHourglass-Deadline: (.*)\r\n", head, re.IGNORECASE)
    assert said
    assert 0 < float(said[1]) < 60


def test_what_is_left_out_is_not_sent(connect: Connect, listener: socket.socket, png: bytes) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener), retries=0).anomaly_score, png, false_alarm_rate=0.01)
        with contextlib.closing(listener.accept()[0]) as connection:
            head = connection.recv(1 << 16)
    assert head.startswith(b"POST /anomaly-score?false_alarm_rate=0.01 HTTP/1.1\r\n")
    assert isinstance(asked.exception(), httpx.NetworkError | httpx.RemoteProtocolError)


def test_server_that_never_answers_is_given_up(connect: Connect, listener: socket.socket) -> None:
    with pytest.raises(httpx.ReadTimeout):
        connect(address(listener), timeout=0.1).models()
    listener.accept()[0].close()
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):  # it was asked once
        listener.accept()


def test_gateway_that_speaks_no_problems_is_one(connect: Connect, listener: socket.socket) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(address(listener)).models)
        with contextlib.closing(listener.accept()[0]) as connection:
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\n\r\n<h1>No</h1>")
        with pytest.raises(HourglassProblem, match=r"^502 Bad Gateway: <h1>No</h1>$"):
            asked.result()


def test_nothing_of_the_service_is_loaded() -> None:
    script = "import sys, hourglass.client; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert {"fastapi", "starlette", "numpy", "onnxruntime", "PIL"}.isdisjoint(loaded)


def test_documented_examples_run(process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/client.md"))
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block.replace("http://127.0.0.1:8000", process.url), {"__name__": "example"})
    assert from_file((tmp_path / "photo-again.png").read_bytes()).ndim == 3

"""The image and docker-compose.yml as they are deployed: `make test-deploy` builds the image first."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
BOOT = (ROOT / "docs" / "images" / "boot.png").read_bytes()
CONTAINER = "hourglass-test-hourglass-1"
MOST_BYTES = 500_000_000


@pytest.fixture(scope="module")
def compose() -> Iterator[Callable[..., str]]:
    """Runs `docker compose ...` on a stack of its own, published on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def run(*arguments: str) -> str:
        return docker("compose", "--project-name", "hourglass-test", *arguments, HOURGLASS_PORT=port)

    try:
        yield run
    finally:
        run("down", "--volumes", "--timeout", "10")


@pytest.fixture
def client(compose: Callable[..., str]) -> Iterator[httpx.Client]:
    """A client of the running, healthy stack."""
    compose("up", "--no-build", "--detach", "--wait")
    with httpx.Client(base_url=f"http://{compose('port', 'hourglass', '8000').strip()}", timeout=30) as client:
        yield client


def docker(*arguments: str, **environment: str) -> str:
    """What `docker ...` prints. Fails with all it said if it fails."""
    environment = {**os.environ, **environment}
    ran = subprocess.run(["docker", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, f"docker {' '.join(arguments)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def python(code: str) -> str:
    """What a line of Python prints inside the running container."""
    return docker("exec", CONTAINER, "python", "-c", code).strip()


def test_every_endpoint_answers(client: httpx.Client) -> None:
    bitstream = client.post("/encode", content=BOOT, headers={"Content-Type": "image/png"}).content
    answers = {
        "encode": client.post("/encode", files={"file": BOOT}),
        "decode": client.post("/decode", content=bitstream),
        "denoise": client.post("/denoise", content=BOOT, headers={"Content-Type": "image/png"}),
        "sample": client.get("/sample", params={"count": 4}),
        "sampleAt": client.post("/sample", json={"z": [[0.0] * 40]}),
        "anomalyScore": client.post("/anomaly-score", files=[("file", BOOT), ("file", BOOT)]),
        "listModels": client.get("/models"),
        "getModel": client.get("/models/fashion-undercomplete"),
        "live": client.get("/healthz"),
        "ready": client.get("/readyz"),
        "metrics": client.get("/metrics"),
    }
    paths = client.get("/openapi.json").json()["paths"]
    assert {operation["operationId"] for path in paths.values() for operation in path.values()} == set(answers)
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}


def test_broken_image_fails_alone(client: httpx.Client) -> None:
    alone = client.post("/denoise", content=BOOT[:100], headers={"Content-Type": "image/png"})
    assert (alone.status_code, alone.headers["content-type"]) == (422, "application/problem+json")
    files = [("file", BOOT), ("file", BOOT[:100]), ("file", BOOT)]
    first, broken, last = client.post("/anomaly-score", files=files).json()["results"]
    assert broken["status"] == 422
    assert first == last
    assert first["score"] > 0


def test_file_outlives_a_restart(client: httpx.Client, compose: Callable[..., str]) -> None:
    bitstream = client.post("/encode", files={"file": BOOT}).content
    image = client.post("/decode", content=bitstream).content
    compose("restart")
    compose("up", "--no-build", "--detach", "--wait")
    address = f"http://{compose('port', 'hourglass', '8000').strip()}"
    assert httpx.post(f"{address}/decode", content=bitstream).content == image


def test_stops_with_exit_code_0(client: httpx.Client, compose: Callable[..., str]) -> None:
    compose("stop")
    assert docker("inspect", "--format", "{{.State.ExitCode}}", CONTAINER).strip() == "0"


@pytest.mark.usefixtures("client")
def test_process_has_no_privileges() -> None:
    status = dict(line.split(":\t") for line in python("print(open('/proc/1/status').read())").splitlines())
    assert status["Uid"].split() == ["10001"] * 4
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"


@pytest.mark.usefixtures("client")
def test_root_is_read_only() -> None:
    mounts = [line.split() for line in python("print(open('/proc/1/mounts').read())").splitlines()]
    options = {mount[1]: mount[3].split(",")[0] for mount in mounts}
    assert (options["/"], options["/tmp"]) == ("ro", "rw")


@pytest.mark.usefixtures("client")
def test_limits_hold() -> None:
    limits = json.loads(docker("inspect", "--format", "{{json .HostConfig}}", CONTAINER))
    assert limits["Memory"] == 2 << 30
    assert limits["NanoCpus"] == 1_000_000_000
    assert python("from service.runtime import usable_cores; print(usable_cores())") == "1"


@pytest.mark.usefixtures("client")
def test_image_is_small_and_without_torch() -> None:
    assert python("from importlib.util import find_spec; print(find_spec('torch'))") == "None"
    assert int(docker("image", "inspect", "--format", "{{.Size}}", "hourglass")) < MOST_BYTES

"""The image and docker-compose.yml as they are deployed: `make test-deploy` builds the image first."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import FIXTURES
from tests.deploy.engine import ROOT, Stack, docker, python

MOST_BYTES = 500_000_000


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the running, healthy service."""
    stack.up("hourglass")
    with httpx.Client(base_url=stack.url("hourglass", 8000), timeout=30) as client:
        yield client


@pytest.fixture
def container(stack: Stack) -> str:
    """The id of the service's running container."""
    stack.up("hourglass")
    [container] = stack.containers("hourglass")
    return container


@pytest.fixture
def own_models(tmp_path: Path) -> Path:
    """A folder with one model, which anybody may read."""
    folder = tmp_path / "own"
    shutil.copytree(ROOT / "models" / "mnist-sparse", folder / "mnist-sparse")
    folder.chmod(0o755)
    return folder


def test_every_endpoint_answers(client: httpx.Client, boot: bytes) -> None:
    bitstream = client.post("/encode", content=boot, headers={"Content-Type": "image/png"}).content
    answers = {
        "encode": client.post("/encode", files={"file": boot}),
        "decode": client.post("/decode", content=bitstream),
        "denoise": client.post("/denoise", content=boot, headers={"Content-Type": "image/png"}),
        "sample": client.get("/sample", params={"count": 4}),
        "sampleAt": client.post("/sample", json={"z": [[0.0] * 40]}),
        "anomalyScore": client.post("/anomaly-score", files=[("file", boot), ("file", boot)]),
        "listModels": client.get("/models"),
        "getModel": client.get("/models/fashion-undercomplete"),
        "reloadModels": client.post("/models/reload"),
        "live": client.get("/healthz"),
        "ready": client.get("/readyz"),
        "metrics": client.get("/metrics"),
    }
    paths = client.get("/openapi.json").json()["paths"]
    assert {operation["operationId"] for path in paths.values() for operation in path.values()} == set(answers)
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}


def test_broken_image_fails_alone(client: httpx.Client, boot: bytes) -> None:
    alone = client.post("/denoise", content=boot[:100], headers={"Content-Type": "image/png"})
    assert (alone.status_code, alone.headers["content-type"]) == (422, "application/problem+json")
    files = [("file", boot), ("file", boot[:100]), ("file", boot)]
    first, broken, last = client.post("/anomaly-score", files=files).json()["results"]
    assert broken["status"] == 422
    assert first == last
    assert first["score"] > 0


def test_heic_is_taken(client: httpx.Client) -> None:
    heic = (FIXTURES / "pictures" / "photo.heic").read_bytes()
    assert client.post("/denoise", params={"strength": 0}, content=heic).status_code == 200


def test_file_outlives_a_restart(client: httpx.Client, stack: Stack, boot: bytes) -> None:
    bitstream = client.post("/encode", files={"file": boot}).content
    image = client.post("/decode", content=bitstream).content
    stack.compose("restart", "hourglass")
    stack.up("hourglass")
    assert httpx.post(f"{stack.url('hourglass', 8000)}/decode", content=bitstream).content == image


def test_stops_with_exit_code_0(container: str, stack: Stack) -> None:
    stack.compose("stop", "hourglass")
    assert docker("inspect", "--format", "{{.State.ExitCode}}", container).strip() == "0"


def test_process_has_no_privileges(container: str) -> None:
    status = dict(line.split(":\t") for line in python(container, "print(open('/proc/1/status').read())").splitlines())
    assert status["Uid"].split() == ["10001"] * 4
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"


def test_root_is_read_only(container: str) -> None:
    mounts = [line.split() for line in python(container, "print(open('/proc/1/mounts').read())").splitlines()]
    options = {mount[1]: mount[3].split(",")[0] for mount in mounts}
    assert (options["/"], options["/models"], options["/tmp"]) == ("ro", "ro", "rw")


def test_limits_hold(container: str) -> None:
    limits = json.loads(docker("inspect", "--format", "{{json .HostConfig}}", container))
    assert limits["Memory"] == 2 << 30
    assert limits["NanoCpus"] == 1_000_000_000
    assert python(container, "from hourglass.models.runtime import usable_cores; print(usable_cores())") == "1"


def test_image_is_small_and_without_torch(container: str) -> None:
    assert python(container, "from importlib.util import find_spec; print(find_spec('torch'))") == "None"
    assert int(docker("image", "inspect", "--format", "{{.Size}}", "hourglass")) < MOST_BYTES


def test_onnxruntime_collects_nothing(container: str) -> None:
    """By default it stores what it will report to its makers in the user's cache folder."""
    kept = "import onnxruntime, pathlib; print([*pathlib.Path('/tmp').rglob('*onnxruntime*')])"
    assert docker("exec", "--env", "HOME=/tmp", container, "python", "-c", kept).strip() == "[]"


def test_every_service_is_confined_and_healthy_by_a_check(stack: Stack) -> None:
    services = json.loads(stack.compose("config", "--format", "json"))["services"]
    assert set(services) == {"hourglass", "replica", "gateway", "prometheus", "grafana"}
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name
        assert service["image"] == "hourglass" or "healthcheck" in service, (
            name
        )  # the image of Hourglass has its own check
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", [])), name


def test_own_models_and_keys(own_models: Path) -> None:
    stack = Stack("hourglass-test-own", HOURGLASS_MODELS_DIR=str(own_models), HOURGLASS_API_KEYS="first,second")
    try:
        stack.up("hourglass")
        url = f"{stack.url('hourglass', 8000)}/models"
        assert httpx.get(url).status_code == 401
        listed = httpx.get(url, headers={"Authorization": "Bearer second"}).json()["models"]
    finally:
        stack.down()
    assert [model["name"] for model in listed] == ["mnist-sparse"]

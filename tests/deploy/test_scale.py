"""Profile `scale`: a gateway before three replicas, and no request lost while they are restarted or replaced."""

import json

import httpx
import pytest

from tests.conftest import wait_until
from tests.deploy.engine import Stack, docker, python
from tests.deploy.traffic import Traffic

REQUESTS = """
import re, urllib.request
said = urllib.request.urlopen("http://127.0.0.1:8000/metrics").read().decode()
print(re.search(r'hourglass_requests_total{[^}]*"/encode"[^}]*} (\\S+)', said)[1])
"""


@pytest.fixture
def gateway(stack: Stack) -> str:
    """The address of the gateway, once every replica is behind it."""
    stack.up(COMPOSE_PROFILES="scale")
    wait_until(lambda: replicas_in_service(stack) == 3)
    return stack.url("gateway", 8080)


def replicas_in_service(stack: Stack) -> int:
    """How many replicas the gateway sends requests to."""
    [container] = stack.containers("gateway")
    ask = "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /metrics?scope=backend HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
    said = docker("exec", container, "bash", "-c", ask).splitlines()
    [line] = [line for line in said if line.startswith("haproxy_backend_active_servers")]
    return int(line.split()[-1])


def test_every_replica_gets_its_share(stack: Stack, gateway: str, boot: bytes) -> None:
    for _ in range(30):
        httpx.post(f"{gateway}/encode", content=boot, headers={"Content-Type": "image/png"}).raise_for_status()
    containers = stack.containers("hourglass") + stack.containers("replica")
    assert len(containers) == 3
    assert all(float(python(container, REQUESTS)) >= 5 for container in containers)


def test_restart_of_a_replica_loses_no_request(stack: Stack, gateway: str, boot: bytes) -> None:
    with Traffic(gateway, boot) as traffic:
        docker("restart", "-t", "40", stack.containers("replica")[0])
        wait_until(lambda: replicas_in_service(stack) == 3)
    assert set(traffic.answers) == {200}, traffic.answers
    assert "code: 503" in stack.compose("logs", "gateway"), "the replica closed before the gateway had turned away"


def test_upgrade_loses_no_request(stack: Stack, gateway: str, boot: bytes) -> None:
    before = stack.containers("hourglass") + stack.containers("replica")
    with Traffic(gateway, boot) as traffic:
        for service in ("replica", "hourglass"):
            stack.up("--no-deps", "--force-recreate", service)
        wait_until(lambda: replicas_in_service(stack) == 3)
    assert set(traffic.answers) == {200}, traffic.answers
    assert not set(before) & set(stack.containers("hourglass") + stack.containers("replica"))


def test_death_of_a_replica_is_survived(stack: Stack, gateway: str, boot: bytes) -> None:
    docker("kill", stack.containers("replica")[0])
    for _ in range(30):
        httpx.post(f"{gateway}/encode", content=boot, headers={"Content-Type": "image/png"}).raise_for_status()


def test_metrics_are_not_public(gateway: str) -> None:
    for path in (b"/metrics", b"/%6detrics"):
        answer = httpx.get(httpx.URL(gateway).copy_with(raw_path=path))
        assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_client_above_its_rate_is_turned_away(stack: Stack, gateway: str) -> None:
    stack.up("--no-deps", "gateway", GATEWAY_CLIENT_REQUESTS="5")
    answers = [httpx.get(f"{stack.url('gateway', 8080)}/healthz") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "10"
    assert answers[-1].headers["content-type"] == "application/problem+json"


def test_gateway_without_replicas_says_so(stack: Stack, gateway: str) -> None:
    stack.compose("kill", "hourglass", "replica")
    answer = httpx.get(f"{gateway}/models")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert json.loads(answer.content)["status"] == 503

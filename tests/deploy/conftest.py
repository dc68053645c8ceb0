"""The deployment tests need a docker engine and a built image: they run only where their folder is named."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.engine import ROOT, Stack, docker

STAND_INS = {"gateway": "GATEWAY_IMAGE", "prometheus": "PROMETHEUS_IMAGE"}
"""Services whose images can be built here without a registry, and the variables that name the images."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    named = any((config.invocation_params.dir / argument).resolve().is_relative_to(here) for argument in config.args)
    return None if named else True


def stand_ins() -> dict[str, str]:
    """Settings that name images built from Debian's packages, for those that cannot be pulled."""
    services = json.loads(docker("compose", "--profile", "*", "config", "--format", "json"))["services"]
    settings = {}
    for service, variable in STAND_INS.items():
        if subprocess.run(["docker", "pull", "--quiet", services[service]["image"]], capture_output=True).returncode:
            settings[variable] = f"hourglass-test-{service}"
            recipe = f"tests/deploy/{service}.Dockerfile"
            docker("build", "--network", "host", "--tag", settings[variable], "--file", recipe, "tests/deploy")
    return settings


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The project that the tests share. Each starts the services it needs; those that others started may still run."""
    stack = Stack("hourglass-test", GATEWAY_CLIENT_REQUESTS="1000000", **stand_ins())
    try:
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="session")
def boot() -> bytes:
    """An image file, 28×28 gray."""
    return (ROOT / "docs" / "images" / "boot.png").read_bytes()

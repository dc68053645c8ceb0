"""The docker engine, and projects of docker-compose.yml on it."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def docker(*arguments: str, **environment: str) -> str:
    """What `docker ...` prints. Raises with all it printed if it fails."""
    environment = {**os.environ, **environment}
    ran = subprocess.run(["docker", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, f"docker {' '.join(arguments)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def python(container: str, code: str) -> str:
    """What a line of Python prints inside a running container."""
    return docker("exec", container, "python", "-c", code).strip()


class Stack:
    """A project of its own, on free ports, with settings given as environment variables."""

    def __init__(self, name: str, **settings: str) -> None:
        free = dict.fromkeys(("HOURGLASS_PORT", "GATEWAY_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT"), "0")
        self._name, self._settings = name, {**free, "COMPOSE_PROFILES": "scale,monitoring", **settings}

    def compose(self, *arguments: str, **settings: str) -> str:
        """What `docker compose ...` prints."""
        return docker("compose", "--project-name", self._name, *arguments, **{**self._settings, **settings})

    def up(self, *arguments: str, **settings: str) -> None:
        """`docker compose up` of some services, or of all in the profiles; returns when they are healthy."""
        self.compose("up", "--no-build", "--detach", "--wait", *arguments, **settings)

    def down(self) -> None:
        self.compose("down", "--volumes", "--timeout", "10")

    def containers(self, service: str) -> list[str]:
        """The ids of the running containers of a service."""
        return self.compose("ps", "--quiet", service).split()

    def url(self, service: str, port: int) -> str:
        return f"http://{self.compose('port', service, str(port)).strip()}"

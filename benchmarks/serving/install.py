"""Environments of the peers, one each, so that none shares a package with Hourglass or with another."""

import subprocess
import venv
from collections.abc import Iterable

from benchmarks.serving.contender import PEERS, environment_of


def install(peers: Iterable[str]) -> dict[str, str]:
    """Makes a new environment for each peer; returns why, by name, for those that could not be installed."""
    failed = {}
    for peer in peers:
        folder = environment_of(peer)
        venv.create(folder, clear=True, with_pip=True)
        requirements = PEERS / peer.lower() / "requirements.txt"
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, "--requirement", str(requirements)], capture_output=True, text=True)
        if done.returncode:
            failed[peer] = next(
                (line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), "pip failed"
            )
    return failed

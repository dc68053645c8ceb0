"""Clients that others generate from docs/openapi.json make every call, and get the bytes that everybody gets."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.clients.document import DOCUMENT
from tests.conftest import Process

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
IMAGES = ROOT / "docs" / "images"
GENERATORS = ROOT / ".clients"
"""Where `make test-clients` installs them."""

Program = list[str | Path]


def run(*command: str | Path, cwd: Path) -> None:
    """Runs a command, to which a program beside it is known. Fails with all it said if it fails."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"


def python(folder: Path) -> Program:
    """A client by openapi-python-client in a folder, and the program that uses it."""
    binaries = GENERATORS / "python" / "bin"
    if not (binaries / "openapi-python-client").exists():
        pytest.skip("openapi-python-client is not installed; make test-clients does so")
    options = ("--path", DOCUMENT, "--config", HERE / "openapi-python-client.yaml", "--fail-on-warning")
    run(binaries / "openapi-python-client", "generate", "--meta", "none", *options, "--output-path", "api", cwd=folder)
    (folder / "api").rename(folder / "hourglass_api")
    return [binaries / "python", shutil.copy(HERE / "calls.py", folder)]


def typescript(folder: Path) -> Program:
    """A client by openapi-typescript in a folder, and the program that uses it."""
    if not shutil.which("npm"):
        pytest.skip("npm is missing")
    modules = GENERATORS / "node" / "node_modules"
    if not modules.exists():
        pytest.skip("openapi-typescript is not installed; make test-clients does so")
    (folder / "node_modules").symlink_to(modules)
    for file in ("calls.ts", "package.json", "tsconfig.json"):
        shutil.copy(HERE / file, folder)
    run(modules / ".bin" / "openapi-typescript", DOCUMENT, "--output", "schema.ts", cwd=folder)
    run(modules / ".bin" / "tsc", cwd=folder)
    return ["node", folder / "built" / "calls.js"]


@pytest.mark.parametrize("generated", [python, typescript])
def test_generated_client_makes_every_call(
    generated: Callable[[Path], Program], process: Process, tmp_path: Path
) -> None:
    program, answers = generated(tmp_path), tmp_path / "answers"
    answers.mkdir()
    run(*program, process.url, IMAGES, answers, cwd=tmp_path)
    boot, digit = ((IMAGES / name).read_bytes() for name in ("boot.png", "digit.png"))
    denoise = "/denoise?model=fashion-denoising&strength="
    walk = {"start": [0.5] * 40, "end": [-0.5] * 40, "steps": 3}
    with httpx.Client(base_url=process.url, timeout=60) as client:
        file = client.post("/encode?quality=30", content=boot)
        expected = {
            "boot.hgls": file,
            "boot.png": client.post("/decode", content=file.content),
            "clean.png": client.post(f"{denoise}auto", content=boot),
            "clean-less.png": client.post(f"{denoise}40", content=boot),
            "samples.png": client.get("/sample?count=4&seed=1"),
            "walk.png": client.post("/sample", json=walk),
        }
        scores = client.post("/anomaly-score", files=[("file", boot), ("file", b"x"), ("file", digit)]).json()
    for name, answer in expected.items():
        assert (answers / name).read_bytes() == answer.raise_for_status().content, name
    told = json.loads((answers / "scores.json").read_text(encoding="utf-8"))
    assert [each.get("status") for each in told["results"]] == [None, 415, None]
    assert told["results"][0]["score"] == pytest.approx(scores["results"][0]["score"])
    assert told["results"][2]["anomalous"] is True

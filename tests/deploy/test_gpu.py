"""docker-compose.gpu.yml, as far as it runs without a GPU: what it asks the engine for, and what it installs."""

import json
import subprocess
import sys
from pathlib import Path

from tests.deploy.engine import ROOT, docker

FILES = ("--file", "docker-compose.yml", "--file", "docker-compose.gpu.yml")


def test_every_replica_asks_for_a_gpu() -> None:
    services = json.loads(docker("compose", *FILES, "--profile", "scale", "config", "--format", "json"))["services"]
    for name in ("hourglass", "replica"):
        service = services[name]
        assert service["build"]["args"] == {"DEVICE": "cuda"}
        assert service["image"] == "hourglass:cuda"
        assert service["environment"]["HOURGLASS_DEVICE"] == "auto"
        [device] = service["deploy"]["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    assert services["replica"]["networks"]["default"]["aliases"] == ["hourglass"]


def test_one_onnxruntime_is_installed_and_every_version_is_pinned(tmp_path: Path) -> None:
    needed = run(sys.executable, "deploy/requirements.py", "cuda").replace("[cuda,cudnn]", "")
    (tmp_path / "needed.txt").write_text(needed)
    report = run(
        *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"),
        *("--python-version", "3.11", "--only-binary", ":all:", "--target", str(tmp_path / "never")),
        *("--constraint", "constraints.txt", "--requirement", str(tmp_path / "needed.txt")),
    )
    packages = [package["metadata"] for package in json.loads(report)["install"]]
    found = {f"{package['name'].lower().replace('_', '-')}=={package['version']}" for package in packages}
    assert [each for each in found if each.startswith("onnxruntime")] == ["onnxruntime-gpu==1.31.1"]
    assert found <= {*needed.split(), *(ROOT / "constraints.txt").read_text().split()}


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout

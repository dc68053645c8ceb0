"""The documents are true: commands answer as shown, links lead somewhere, all settings and metrics are named."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hourglass.bitstream import entropy
from hourglass.bitstream.container import Container
from hourglass.bitstream.tables import LatentTables, bins_per_cell
from service.api.problems import STATUS
from service.metrics import Metrics
from service.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
FOLDERS = "benchmarks|deploy|docs|hourglass|models|service|tests|training"
FORMAT = ROOT / "docs" / "format.md"
ADDRESS = "http://127.0.0.1:8000"
PATIENCE = 60

CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
NUMBER = re.compile(r"\d+(\.\d+)?(e-?\d+)?")


def examples() -> list[tuple[str, str]]:
    """Each command of the README's console blocks, and the output it shows."""
    blocks = CONSOLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return [example for block in blocks for example in EXAMPLE.findall(block)]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the service answers once it is started as `make serve` starts it, on a free port."""
    recipe = subprocess.run(
        ["make", "--silent", "--no-print-directory", "--dry-run", "serve"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        check=True,
        capture_output=True,
        text=True,
    )
    command = recipe.stdout.splitlines()[-1].replace(".venv/bin/python", sys.executable)
    log = tmp_path / "service.log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            ["bash", "-c", command],
            cwd=ROOT,
            env={**os.environ, "HOURGLASS_PORT": "0"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for_address(service, log)
    finally:
        service.terminate()
        service.wait(PATIENCE)


def _wait_for_address(service: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and service.poll() is None:
        if found := re.search(r"running on (http://[\d.]+:\d+)", log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the service did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.mark.skipif(not shutil.which("curl"), reason="the README's commands are for curl")
def test_commands_answer_as_shown(address: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs" / "images", tmp_path / "docs" / "images")
    commands, shown = zip(*examples(), strict=True)
    end = "=== end of a command ==="
    script = "".join(f"{command.replace(ADDRESS, address)}\nprintf '%s' '{end}'\n" for command in commands)
    ran = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    answered = ran.stdout.split(end)[:-1]
    assert ran.returncode == 0, f"{commands[len(answered)]}\n{ran.stdout}{ran.stderr}"
    assert [_without_numbers(text) for text in answered] == [_without_numbers(text) for text in shown]
    pictures = re.findall(r"-o (\S+\.png)", script)
    assert pictures
    for picture in pictures:
        with Image.open(tmp_path / picture) as image:
            image.load()


def _without_numbers(text: str) -> str:
    """Retrained models answer with other numbers and the same words."""
    return NUMBER.sub("#", text.strip())


def test_every_endpoint_has_an_example() -> None:
    commands = " ".join(command for command, _ in examples())
    calls = (
        "encode",
        "decode",
        "denoise",
        "sample",
        "anomaly-score",
        "models",
        "models/",
        "models/reload",
        "healthz",
        "readyz",
        "metrics",
    )
    assert [call for call in calls if f"{ADDRESS}/{call}" not in commands] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_that_are_named_exist(page: Path) -> None:
    paths = set(re.findall(rf"(?<![\w/.<-])(?:{FOLDERS})/[\w./-]*", page.read_text(encoding="utf-8")))
    patterns = {path: re.sub(r"[A-Z]{2,}", "*", path.rstrip("./")) for path in paths}
    assert [path for path, pattern in patterns.items() if not any(ROOT.glob(pattern))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    modules = {name.rstrip(".") for name in re.findall(r"python -m ([\w.]+)", text)}
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in modules if not find_spec(name)] == []
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= set(targets)


def test_extras_that_are_named_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {name for page in PAGES for name in re.findall(r"'\.\[(\w+)\]'", page.read_text(encoding="utf-8"))}
    assert named
    assert named <= set(project["optional-dependencies"])


def test_operations_names_every_setting_metric_and_status() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    settings = [f"`HOURGLASS_{name.upper()}`" for name in Settings.model_fields]
    metrics = [
        f"`{family.name}{'_total' * (family.type == 'counter')}`"
        for family in Metrics().registry.collect()
        if family.name.startswith("hourglass")
    ]
    statuses = [f"| {status.value} " for status in STATUS.values()]
    assert [name for name in (*settings, *metrics, *statuses) if name not in text] == []


@pytest.fixture
def told() -> dict[str, Any]:
    """What the Python of docs/format.md defines: another implementation of the decoder, and the worked example."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    return names


def test_worked_example_is_what_the_service_writes(told: dict[str, Any]) -> None:
    tables = LatentTables(
        np.array(told["step"], np.float32), np.array(told["first"], np.int32), np.array(told["counts"], np.uint16)
    )
    quality = told["quality"]
    symbols = tables.quantise(np.array(told["z"], np.float32), quality)
    section = entropy.encode(symbols, tables.frequencies(quality))
    file = Container(told["file"][5:9], quality, 28, 28, (section,)).pack(symbols)
    assert file == told["file"]
    assert told["decode_symbols"](section, tables.frequencies(quality).tolist()) == symbols.tolist()


@pytest.mark.parametrize("quality", [1, 25, 50, 75, 100])
def test_documented_decoder_reads_what_the_service_codes(told: dict[str, Any], quality: int) -> None:
    random = np.random.default_rng(quality)
    counts = random.integers(1, 256, (200, 256)).astype(np.uint16)
    first = random.integers(-200, 0, 200).astype(np.int32)
    tables = LatentTables(np.ones(200, np.float32), first, counts)
    symbols = tables.quantise(random.normal(0, 60, 200).astype(np.float32), quality)
    frequencies = tables.frequencies(quality)
    assert told["decode_symbols"](entropy.encode(symbols, frequencies), frequencies.tolist()) == symbols.tolist()


def test_format_lists_the_cell_of_each_quality() -> None:
    listed = re.search(r"```\n([\d\s]+)```", FORMAT.read_text(encoding="utf-8"))
    assert listed
    assert [int(cell) for cell in listed[1].split()] == [bins_per_cell(quality) for quality in range(1, 101)]

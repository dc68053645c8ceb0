"""The wheel: built, installed into environments with nothing but what an extra asks for, and used from elsewhere."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hourglass
from tests.conftest import Process

ROOT = Path(__file__).parent.parent
PACKAGES = ("hourglass", "service", "training")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints. Fails with all it said if it fails."""
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: what lies about in a checkout must not get in, nor a build stay there."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for package in PACKAGES:
        copytree(ROOT / package, source / package, ignore=ignore_patterns("__pycache__"))
    for file in ("LICENSE", "README.md", "pyproject.toml"):
        copy(ROOT / file, source)
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", built, source)
    run(sys.executable, "-m", "pip", *build)
    [wheel] = built.iterdir()
    return wheel


class Environment:
    """A virtual environment with the wheel and what one of its extras asks for: links to the tests' own packages."""

    def __init__(self, folder: Path, wheel: Path, extra: str) -> None:
        venv.create(folder, symlinks=True)
        self.folder, self.python = folder, folder / "bin" / "python"
        run(
            sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", "--no-deps", "--no-index", wheel
        )
        [self.packages] = folder.glob("lib/python*/site-packages")
        [installed] = Distribution.discover(name="hourglass", path=[str(self.packages)])
        for needed in needs(installed, extra):
            for top in {file.parts[0] for file in needed.files or ()} - {"..", "__pycache__"}:
                (self.packages / top).symlink_to(Path(str(needed.locate_file(top))))

    def run(self, script: str) -> str:
        """What a script prints, run where no checkout is."""
        return run(self.python, "-W", "error", "-c", script, cwd=self.folder)


def needs(installed: Distribution, extra: str) -> list[Distribution]:
    """The packages that one asks for together with its extra, and what these ask for in turn."""
    found = {installed.name: installed}
    asked, seen = [(installed.name, ""), (installed.name, extra)], set()
    while asked:
        name, extra = each = asked.pop()
        if each in seen:
            continue
        seen.add(each)
        for requirement in map(Requirement, found[name].requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(requirement.name)
                if needed not in found:
                    found[needed] = distribution(needed)
                asked += [(needed, wanted) for wanted in ("", *requirement.extras)]
    return [package for package in found.values() if package is not installed]


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Environment]:
    """``environment("client")`` has the wheel with the extra ``client``. It is made once."""
    return cache(lambda extra: Environment(tmp_path_factory.mktemp(extra), wheel, extra))


def test_every_module_and_page_is_in_it(wheel: Path) -> None:
    files = [file for name in PACKAGES for file in (ROOT / name).rglob("*.py")]
    files += [file for file in (ROOT / "service" / "pages").rglob("*") if file.is_file()]
    tree = {file.relative_to(ROOT).as_posix() for file in files}
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert names == tree | {"hourglass/py.typed"}


def test_it_has_the_version_that_the_package_tells(wheel: Path) -> None:
    assert wheel.name == f"hourglass-{hourglass.__version__}-py3-none-any.whl"


def test_client_calls_a_service(environment: Callable[[str], Environment], process: Process) -> None:
    client = environment("client")
    script = f"""
from hourglass import Hourglass
with Hourglass({process.url!r}) as hourglass:
    file = hourglass.encode(hourglass.sample(1), model="photo-codec")
print(file[:4].decode())
"""
    assert client.run(script) == "HGLS\n"
    for package in ("constriction", "fastapi", "numpy", "onnxruntime", "PIL", "torch"):
        absent = f"import importlib.util; print(importlib.util.find_spec({package!r}))"
        assert client.run(absent) == "None\n"


@pytest.mark.parametrize(
    ("extra", "package", "elsewhere"),
    [
        ("models", "hourglass", ("hourglass.client", "hourglass.command")),
        ("cli", "hourglass", ("hourglass.client",)),
        ("service", "service", ("service.client",)),
        ("train", "training", ()),
    ],
)
def test_extra_brings_all_that_its_modules_import(
    environment: Callable[[str], Environment], extra: str, package: str, elsewhere: tuple[str, ...]
) -> None:
    script = f"""
import importlib, pkgutil, {package}
names = [module.name for module in pkgutil.walk_packages({package}.__path__, "{package}.")]
imported = [importlib.import_module(name) for name in names if not name.startswith({elsewhere})]
print(len(imported))
"""
    assert int(environment(extra).run(script)) > 20


def test_command_runs(environment: Callable[[str], Environment], few_models: Path) -> None:
    cli = environment("cli")
    command = cli.folder / "bin" / "hourglass"
    listed = subprocess.run(
        [command, "models"], env={**os.environ, "HOURGLASS_MODELS": str(few_models)}, capture_output=True, text=True
    )
    assert listed.returncode == 0, listed.stderr
    assert "photo-codec" in listed.stdout


def test_model_runs_from_beside_the_package(environment: Callable[[str], Environment], few_models: Path) -> None:
    library = environment("models")
    (library.packages / "hourglass_models").symlink_to(few_models)
    script = f"""
from hourglass import load
codec = load("photo-codec")
file = codec.encode({str(ROOT / "docs/images/boot.png")!r})
print(file[:4].decode(), codec.decode(file).pixels.shape)
"""
    assert library.run(script) == "HGLS (28, 28, 1)\n"


def test_service_starts_and_answers(
    environment: Callable[[str], Environment], few_models: Path, tmp_path: Path, png: bytes
) -> None:
    process = Process(tmp_path, environment("service").python, HOURGLASS_MODELS=str(few_models))
    try:
        answer = httpx.post(f"{process.url}/encode?model=fashion-undercomplete", content=png)
        described = httpx.get(f"{process.url}/openapi.json").json()
    finally:
        process.kill()
    assert answer.content.startswith(b"HGLS")
    assert described["info"]["version"] == hourglass.__version__


def test_service_without_models_says_where_they_may_be(
    environment: Callable[[str], Environment], tmp_path: Path
) -> None:
    process = Process(tmp_path, environment("service").python)
    assert process.wait() == 2
    assert process.errors.startswith("no models are installed: ")

"""What ``import hourglass`` costs, and what it says where a package is missing."""

import subprocess
import sys

import pytest

import hourglass
import hourglass.client


def run(script: str) -> str:
    """What a script prints in an interpreter of its own, whose warnings are errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script], check=True, capture_output=True, text=True
    ).stdout


def test_import_alone_loads_nothing_heavy() -> None:
    loaded = run("import sys, hourglass; print(*{name.partition('.')[0] for name in sys.modules})").split()
    assert "hourglass" in loaded
    assert {"PIL", "constriction", "httpx", "numpy", "onnxruntime", "pydantic"}.isdisjoint(loaded)


def test_onnxruntime_will_not_report_to_its_makers() -> None:
    assert run("import os, hourglass; print(os.environ['ORT_DISABLE_TELEMETRY'])") == "1\n"


@pytest.mark.parametrize("name", hourglass.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert callable(getattr(hourglass, name))


def test_client_is_the_one_of_hourglass_client() -> None:
    assert hourglass.Hourglass is hourglass.client.Hourglass
    assert hourglass.AsyncHourglass is hourglass.client.AsyncHourglass


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'hourglass' has no attribute 'Minuteglass'"):
        getattr(hourglass, "Minuteglass")  # noqa: B009  # a type checker would not let it pass


def test_missing_package_is_named_with_the_extra_that_brings_it() -> None:
    script = """
import sys
sys.modules["httpx"] = None  # as if it were not installed
try:
    from hourglass import Hourglass
except ImportError as error:
    print(error)
"""
    assert run(script) == "Hourglass needs httpx, which hourglass[client] brings\n"

"""What ``import hourglass.client`` loads: httpx and pydantic, and nothing else of Hourglass."""

import subprocess
import sys

BASE = "import httpx, pydantic; type('Model', (pydantic.BaseModel,), {})"


def loaded(script: str) -> set[str]:
    """The modules that an interpreter of its own holds after a script."""
    printed = subprocess.run(
        [sys.executable, "-c", f"{script}; import sys; print(*sys.modules)"], check=True, capture_output=True, text=True
    ).stdout
    return set(printed.split())


def test_no_package_but_httpx_and_pydantic_is_loaded() -> None:
    more = {name.partition(".")[0] for name in loaded("import hourglass.client") - loaded(BASE)}
    assert more - sys.stdlib_module_names == {"hourglass"}


def test_nothing_else_of_hourglass_is_loaded() -> None:
    own = {name for name in loaded("from hourglass import Hourglass") if name.partition(".")[0] == "hourglass"}
    assert {name for name in own if not name.startswith("hourglass.client")} == {"hourglass"}
    assert "hourglass.client.answers" in own

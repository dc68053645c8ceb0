"""python -m service: what it says, and its exit status, when it cannot start."""

import shutil
import signal
from pathlib import Path

import httpx
import pytest

from service.__main__ import main
from tests.conftest import MODELS, Launch, Process


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("HOURGLASS_PORT", "70000", "Input should be less than or equal to 65535"),
        ("HOURGLASS_DEVICE", "tpu", "Input should be 'auto', 'cpu'"),
        ("HOURGLASS_FORMATS", "svg", "Input should be 'PNG', 'JPEG'"),
        ("HOURGLASS_THREADS", "many", "Input should be a valid integer"),
    ],
)
def test_bad_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    handler = signal.getsignal(signal.SIGTERM)
    assert main() == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"{variable}: {says}")
    assert printed.out == ""
    assert signal.getsignal(signal.SIGTERM) is handler  # nothing was set up yet


def test_every_bad_setting_has_its_line_and_the_process_ends_with_2(launch: Launch) -> None:
    process = launch(HOURGLASS_PORT="70000", HOURGLASS_THREADS="many")
    assert process.wait() == 2
    assert sorted(line.partition(":")[0] for line in process.errors.splitlines()) == [
        "HOURGLASS_PORT",
        "HOURGLASS_THREADS",
    ]
    assert process.log == ""


def test_missing_models_folder_is_told(launch: Launch, tmp_path: Path) -> None:
    process = launch(HOURGLASS_MODELS=str(tmp_path / "nowhere"))
    assert process.wait() == 2
    assert "nowhere does not exist; HOURGLASS_MODELS says where it is" in process.log
    assert not process.errors
    assert "Traceback" not in process.log


def test_broken_model_is_told(launch: Launch, tmp_path: Path) -> None:
    shutil.copytree(MODELS / "fashion-undercomplete", tmp_path / "models" / "fashion-undercomplete")
    (tmp_path / "models" / "fashion-undercomplete" / "decoder.onnx").write_bytes(b"broken")
    process = launch(HOURGLASS_MODELS=str(tmp_path / "models"))
    assert process.wait() == 2
    assert "decoder.onnx: sha256 is" in process.log
    assert not process.errors
    assert "Traceback" not in process.log


def test_port_in_use_is_told(process: Process, launch: Launch) -> None:
    second = launch(HOURGLASS_PORT=str(process.port))
    assert second.wait() not in {0, 2}
    assert "address already in use" in second.log


def test_sigterm_ends_an_idle_process(launch: Launch) -> None:
    process = launch(HOURGLASS_LEAVE_SECONDS="0.1")
    assert httpx.get(f"{process.url}/readyz").status_code == 200
    process.terminate()
    assert process.wait() == 0
    assert not process.errors
    assert "Traceback" not in process.log

"""python -m service: what it says, and its exit status, when it cannot start."""

import shutil
import signal
from pathlib import Path

import httpx
import pytest

from service.__main__ import main
from service.settings import Settings, variable
from tests.conftest import MODELS, Launch, Process, wait_until


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("HOURGLASS_PORT", "70000", "Input should be less than or equal to 65535"),
        ("HOURGLASS_DEVICE", "tpu", "Input should be 'auto', 'cpu'"),
        ("HOURGLASS_FORMATS", "svg", "Input should be 'PNG', 'JPEG'"),
        ("HOURGLASS_THREADS", "many", "Input should be a valid integer"),
        ("HOURGLASS_API_KEYS", ",", "Value error, holds nothing"),
        ("HOURGLASS_API_KEYS", "good,\xe9vil", "Value error, no header can carry key 2"),
        ("HOURGLASS_FORMATS", " , ", "Value error, holds nothing"),
        ("HOURGLASS_HOST", "999.0.0.1", "cannot listen on '999.0.0.1'"),
        ("HOURGLASS_HOST", "192.0.2.1", "cannot listen on '192.0.2.1'"),
        ("HOURGLASS_HOST", "x" * 64, f"cannot listen on '{'x' * 64}'"),
    ],
)
def test_bad_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    handler = signal.getsignal(signal.SIGTERM)
    assert main([]) == 2
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


def test_host_that_is_none_ends_the_process_with_2(launch: Launch) -> None:
    process = launch(HOURGLASS_HOST="999.0.0.1")
    assert process.wait() == 2
    assert process.errors.startswith("HOURGLASS_HOST: ")


def test_keys_that_are_none_do_not_start_it_open(launch: Launch) -> None:
    process = launch(HOURGLASS_API_KEYS=",")
    assert process.wait() == 2
    assert process.errors.startswith("HOURGLASS_API_KEYS: ")


def test_bad_key_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HOURGLASS_API_KEYS", "hunter 2")
    assert main([]) == 2
    assert "hunter" not in capsys.readouterr().err


def test_misspelt_setting_is_told_with_the_right_name(launch: Launch) -> None:
    process = launch(HOURGLASS_MODELS="nowhere", HOURGLASS_TREADS="1", HOURGLASS_QWX="1")
    assert process.wait() == 2
    assert "HOURGLASS_TREADS is no setting; did you mean HOURGLASS_THREADS?" in process.log
    assert '"HOURGLASS_QWX is no setting"' in process.log


def test_help_tells_every_setting_and_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert [name for name in Settings.model_fields if variable(name) not in told] == []
    assert "HOURGLASS_PORT [8000]" in told
    with pytest.raises(SystemExit) as ended:
        main(["--port", "9000"])
    assert ended.value.code == 2


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


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_ends_an_idle_process(launch: Launch, asked: signal.Signals) -> None:
    process = launch(HOURGLASS_LEAVE_SECONDS="0.1")
    assert httpx.get(f"{process.url}/readyz").status_code == 200
    process.send(asked)
    assert process.wait() == 0
    assert not process.errors
    assert "Traceback" not in process.log


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_ends_a_process_that_starts(launch: Launch, asked: signal.Signals) -> None:
    process = launch(HOURGLASS_MODELS=str(MODELS), HOURGLASS_PROT="")  # which it says as soon as signals are heeded
    wait_until(lambda: "HOURGLASS_PROT" in process.log)
    process.send(asked)
    assert process.wait() == 0
    assert "running on" not in process.log
    assert not process.errors


def test_sighup_that_is_ignored_stays_so(launch: Launch) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup has it, and children inherit it
    try:
        process = launch(HOURGLASS_LEAVE_SECONDS="0.1")
    finally:
        signal.signal(signal.SIGHUP, former)
    assert process.port
    process.send(signal.SIGHUP)
    assert httpx.get(f"{process.url}/readyz").status_code == 200
    process.terminate()
    assert process.wait() == 0

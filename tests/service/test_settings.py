"""Settings come from the environment, and what cannot be used is refused."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from hourglass.imaging import FORMATS
from hourglass.models.files import models_folder
from service.settings import Settings, described, unknown


def test_defaults_are_those_of_a_laptop() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.models == models_folder()
    assert settings.api_keys == ()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("HOURGLASS_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("HOURGLASS_PORT", "9000", "port", 9000),
        ("HOURGLASS_MODELS", "elsewhere", "models", Path("elsewhere")),
        ("HOURGLASS_DEVICE", "cpu", "device", "cpu"),
        ("HOURGLASS_THREADS", "3", "threads", 3),
        ("HOURGLASS_FORMATS", "png, jpeg", "formats", frozenset({"PNG", "JPEG"})),
        ("HOURGLASS_API_KEYS", "one, two,", "api_keys", (SecretStr("one"), SecretStr("two"))),
        (
            "HOURGLASS_CORS_ORIGINS",
            "https://a.example,https://b.example",
            "cors_origins",
            ("https://a.example", "https://b.example"),
        ),
        ("HOURGLASS_DEADLINE_SECONDS", "0.5", "deadline_seconds", 0.5),
        ("HOURGLASS_PORT", "", "port", 8000),
    ],
)
def test_environment_is_read(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object
) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(Settings(), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("HOURGLASS_PORT", "70000"),
        ("HOURGLASS_PORT", "http"),
        ("HOURGLASS_DEVICE", "tpu"),
        ("HOURGLASS_FORMATS", "png,svg"),
        ("HOURGLASS_MAX_BODY_BYTES", "0"),
        ("HOURGLASS_DEADLINE_SECONDS", "-1"),
        ("HOURGLASS_LOG_LEVEL", "loud"),
        ("HOURGLASS_API_KEYS", ","),
        ("HOURGLASS_API_KEYS", " "),
        ("HOURGLASS_API_KEYS", "first,second key"),
        ("HOURGLASS_API_KEYS", "k\u00e9y"),
        ("HOURGLASS_FORMATS", ","),
        ("HOURGLASS_CORS_ORIGINS", ", ,"),
        ("HOURGLASS_UPLOAD_RATE", "0"),
    ],
)
def test_impossible_value_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, text: str) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(ValidationError, match=variable.removeprefix("HOURGLASS_").lower()):
        Settings()


def test_keys_are_not_shown() -> None:
    assert "hunter2" not in repr(Settings(api_keys=(SecretStr("hunter2"),)))


def test_every_setting_is_described() -> None:
    told = {name: (default, meaning) for name, default, meaning in described()}
    assert list(told) == [f"HOURGLASS_{name.upper()}" for name in Settings.model_fields]
    assert told["HOURGLASS_PORT"][0] == "8000"
    assert told["HOURGLASS_FORMATS"][0] == ",".join(sorted(FORMATS))
    assert all(meaning for _, meaning in told.values())


def test_unknown_variables_are_found_with_the_nearest_setting() -> None:
    environment = ["HOURGLASS_PROT", "HOURGLASS_PORT", "hourglass_host", "hourglass_hots", "HOURGLASS_QWX", "PATH"]
    assert unknown(environment) == {
        "HOURGLASS_PROT": "HOURGLASS_PORT",
        "HOURGLASS_QWX": None,
        "hourglass_hots": "HOURGLASS_HOST",
    }

"""Every setting of the service, read from the environment: ``HOURGLASS_PORT=9000 make serve``."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hourglass.errors import BrokenModel
from hourglass.imaging import FORMATS, Format
from hourglass.models.files import models_folder

CommaSeparated = NoDecode

PREFIX = "HOURGLASS_"

_KEY = re.compile("[!-~]+")
"""What a header can carry behind ``Bearer``: printable ASCII without a space."""


class Settings(BaseSettings):
    """Names are upper-cased and prefixed with ``HOURGLASS_``; lists are comma-separated."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one and logs it")
    models: Path = Field(default_factory=models_folder, description="folder of installed models")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto takes CUDA where it works")
    threads: int = Field(0, ge=0, le=256, description="inference threads; 0: the cores this container may use")

    max_body_bytes: int = Field(32 << 20, ge=1, description="largest request body, bytes")
    max_pixels: int = Field(50_000_000, ge=1, description="largest image, pixels, judged by its header")
    max_files: int = Field(64, ge=1, description="most images in one request")
    formats: Annotated[frozenset[Format], CommaSeparated] = Field(FORMATS, description="image formats taken")

    max_batch: int = Field(64, ge=1, description="most images run at once")
    max_requests: int = Field(256, ge=1, description="most requests worked on at once; more are answered 429")
    queue_images: int = Field(512, ge=1, description="most images waiting; more are answered 429")
    queue_bytes: int = Field(1 << 30, ge=1, description="most bytes of bodies and pixels held; more: 429")
    deadline_seconds: float = Field(120.0, gt=0, description="an answer later than this is a 504")
    upload_seconds: float = Field(60.0, gt=0, description="how long a request may take to arrive; then 408")
    upload_rate: int = Field(16 << 10, ge=1, description="least bytes a second of a body; a slower one is a 408")
    download_rate: int = Field(16 << 10, ge=1, description="least bytes a second that answers are read; then cut off")
    stall_seconds: float = Field(20.0, gt=0, description="a batch or step longer than this is given up")
    leave_seconds: float = Field(3.0, ge=0, description="on SIGTERM, how long work is still taken, but /readyz is 503")
    drain_seconds: int = Field(30, ge=1, description="after that, how long work in flight may take")

    api_keys: Annotated[tuple[SecretStr, ...], CommaSeparated] = Field((), description="empty: no key is asked for")
    cors_origins: Annotated[tuple[str, ...], CommaSeparated] = Field((), description="empty: CORS is off")
    studio: bool = Field(True, description="whether browsers are shown a page at /; on or off")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severity logged")

    @field_validator("formats", "api_keys", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not parts:
            raise ValueError("holds nothing; leave it unset for the default")
        return parts

    @field_validator("api_keys")
    @classmethod
    def _sendable(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for number, key in enumerate(keys, 1):
            if not _KEY.fullmatch(key.get_secret_value()):
                raise ValueError(f"no header can carry key {number}: it may hold printable ASCII, and no space")
        return keys

    @field_validator("formats", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def described() -> Iterator[tuple[str, str, str]]:
    """The variable, the default and the meaning of each setting."""
    for name, field in Settings.model_fields.items():
        try:
            default = field.get_default(call_default_factory=True, validated_data={})
        except BrokenModel:
            default = "none are installed"
        if isinstance(default, frozenset | tuple):
            default = ",".join(sorted(default))
        yield variable(name), str(default), field.description or ""


def unknown(environment: Iterable[str]) -> dict[str, str | None]:
    """The variables that look like settings and are none, each with the setting of the nearest name, if one is near."""
    strange: dict[str, str | None] = {}
    for name in sorted(environment):
        field = name.upper().removeprefix(PREFIX).lower()
        if name.upper().startswith(PREFIX) and field not in Settings.model_fields:
            near = get_close_matches(field, Settings.model_fields, 1)  # without what all have in common
            strange[name] = variable(near[0]) if near else None
    return strange

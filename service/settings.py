"""Every setting of the service, read from the environment: ``HOURGLASS_PORT=9000 make serve``."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hourglass.imaging import FORMATS, Format
from hourglass.models.folder import models_folder

CommaSeparated = NoDecode


class Settings(BaseSettings):
    """Names are upper-cased and prefixed with ``HOURGLASS_``; lists are comma-separated."""

    model_config = SettingsConfigDict(env_prefix="HOURGLASS_", env_ignore_empty=True, frozen=True)

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
    stall_seconds: float = Field(180.0, gt=0, description="a batch that runs longer is given up, its model reloaded")
    leave_seconds: float = Field(3.0, ge=0, description="on SIGTERM, how long work is still taken, but /readyz is 503")
    drain_seconds: int = Field(30, ge=1, description="after that, how long work in flight may take")

    api_keys: Annotated[tuple[SecretStr, ...], CommaSeparated] = Field((), description="empty: no key is asked for")
    cors_origins: Annotated[tuple[str, ...], CommaSeparated] = Field((), description="empty: CORS is off")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least severity logged")

    @field_validator("formats", "api_keys", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("formats", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

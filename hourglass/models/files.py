"""Where models are found; a model's folder, its manifest, and the files that the manifest vouches for."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from hourglass.errors import BrokenModel
from hourglass.models.manifest import (
    AnomalyManifest,
    AnyManifest,
    CodecManifest,
    DenoiserManifest,
    Described,
    File,
    VectorManifest,
)

FILENAME = "manifest.json"

MOST_MANIFEST_BYTES, MOST_FILE_BYTES = 1 << 20, 2 << 30
"""ONNX holds no graph of more than 2 GiB in one file."""

BESIDE = Path(__file__).resolve().parents[2]
"""The folder with this package in it: a checkout, or an environment's site-packages."""


def models_folder() -> Path:
    """The folder of the installed models, each in a folder of its own.

    It is the one that HOURGLASS_MODELS names, whatever it holds; else ``models`` in the checkout; else
    ``hourglass_models`` beside the installed package. Raises BrokenModel if there is none.
    """
    if named := os.environ.get("HOURGLASS_MODELS"):
        return Path(named)
    for folder in (BESIDE / "models", BESIDE / "hourglass_models"):
        if any(folder.glob(f"*/{FILENAME}")):
            return folder
    raise BrokenModel(
        f"no models are installed: neither does HOURGLASS_MODELS name a folder of them, nor is there one at "
        f"{BESIDE / 'hourglass_models'}. A checkout of Hourglass has them in models/"
    )


class _Family(BaseModel):
    family: Literal["vector", "codec", "denoiser", "anomaly"] = "vector"


_FAMILIES: dict[str, type[AnyManifest]] = {
    "vector": VectorManifest,
    "codec": CodecManifest,
    "denoiser": DenoiserManifest,
    "anomaly": AnomalyManifest,
}


def read_manifest(folder: Path) -> AnyManifest:
    """Reads ``folder/manifest.json``. Raises BrokenModel, naming the file and the field, if it does not hold."""
    path = folder / FILENAME
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BrokenModel(f"{path}: is not a file")  # a pipe might never end, nor begin
        data = _read(path, MOST_MANIFEST_BYTES)
        manifest = _FAMILIES[_Family.model_validate_json(data).family].model_validate_json(data)
    except OSError as error:
        raise BrokenModel(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "document"
        raise BrokenModel(f"{path}: {field}: {first['msg']}") from error
    if manifest.name != folder.name:
        raise BrokenModel(f"{path}: name is {manifest.name!r}, its folder is {folder.name!r}")
    return manifest


def write_manifest(folder: Path, manifest: Described) -> None:
    """Writes the manifest in a stable form, so that a model made again differs only where it differs."""
    (folder / FILENAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_verified(folder: Path, file: File) -> bytes:
    """The bytes of a file of ``folder``. Raises BrokenModel, naming it, if they are not those of the manifest."""
    path = folder / file.file
    try:
        data = _read(path, MOST_FILE_BYTES)
    except OSError as error:
        raise BrokenModel(f"{path}: {error.strerror}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise BrokenModel(f"{path}: sha256 is {found}, the manifest says {file.sha256}")
    return data


def _read(path: Path, most_bytes: int) -> bytes:
    """The bytes of a file. Raises OSError, and BrokenModel if they are more than a model may have."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(most_bytes + 1) if size <= most_bytes else b""
    if max(size, len(data)) > most_bytes:
        raise BrokenModel(f"{path}: has {max(size, len(data))} bytes; at most {most_bytes} are taken")
    return data

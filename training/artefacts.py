"""What every export does: read a checkpoint, compare torch with onnxruntime, write the files and the manifest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hourglass.errors import BrokenModel
from hourglass.models.files import read_manifest, write_manifest
from hourglass.models.manifest import AnyManifest, File, Origin
from hourglass.models.runtime import Array
from training.errors import TrainingError

FIRST_VERSION = "1.0.0"

TOLERANCE = 1e-4
"""How far torch and onnxruntime may differ, as a share of the range of the values."""


class ExportError(TrainingError):
    """There is no model to export, or its graphs do not compute what torch does; nothing was written."""


def read_checkpoint(name: str, runs: Path) -> dict[str, Any]:
    """The checkpoint that the training loop saved. Raises ExportError if there is none in ``runs``."""
    path = runs / name / "checkpoint.pt"
    if not path.exists():
        raise ExportError(f"there is no checkpoint {path}; run: python -m training fit {name}")
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def check_agreement(what: str, by_torch: Array, by_onnx: Array, least_range: float = 0.0) -> None:
    """Compares two arrays of one shape. Raises ExportError, naming ``what``, if they differ too much.

    The largest difference may be ``TOLERANCE`` of the range: the largest absolute value, but at least ``least_range``.
    """
    difference = float(np.abs(by_torch - by_onnx).max() / max(least_range, float(np.abs(by_torch).max())))
    if not difference <= TOLERANCE:
        raise ExportError(f"{what} differs between torch and onnxruntime by {difference:.2e} of its range")


def write_files(folder: Path, contents: Mapping[str, bytes]) -> dict[str, File]:
    """Writes the files, by name, into ``folder``; returns their entries in the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        files[name] = File(file=name, sha256=hashlib.sha256(content).hexdigest())
    return files


def install(folder: Path, manifest: AnyManifest) -> Path:
    """Writes the manifest; returns ``folder``. The files must have been written before.

    The version stays that of the model installed before, unless the service would answer differently now: then the
    middle number rises by one.
    """
    try:
        installed = read_manifest(folder)
    except BrokenModel:
        version = FIRST_VERSION
    else:
        before, now = (each.model_dump(exclude={"version", "origin", "metrics"}) for each in (installed, manifest))
        major, minor, _ = installed.version.split(".")
        version = installed.version if before == now else f"{major}.{int(minor) + 1}.0"
    write_manifest(folder, manifest.model_copy(update={"version": version}))
    return folder


def origin(state: Mapping[str, Any], dataset: str, licence: str, images: int, command: str) -> Origin:
    """Where the weights of the checkpoint ``state`` come from: trained on so many ``images``, by this ``command``."""
    return Origin(
        dataset=dataset,
        licence=licence,
        images=images,
        command=command,
        began_with=state.get("began_with", ""),
        seed=state["seed"],
        steps=state["step"],
        seconds=round(state["seconds"], 1),
        device=state["device"],
        torch=state["torch"],
    )


def photos_origin(state: Mapping[str, Any], name: str, images: int) -> Origin:
    """Like ``origin``, for a model that was trained on photographs."""
    licence = "CC0, CC BY, CC BY-SA, Unsplash, Pexels, GPL artwork"
    command = f"python -m training fit {name} --images FOLDER"
    return origin(state, "photographs, halved in size or more", licence, images, command)

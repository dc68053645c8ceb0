"""From a model's name, or its folder, to a model that runs."""

from pathlib import Path
from typing import Literal

from hourglass.errors import NoCuda, NoSuchModel
from hourglass.models.codec import Codec
from hourglass.models.denoiser import Denoiser
from hourglass.models.detector import Detector
from hourglass.models.files import FILENAME, models_folder, read_manifest
from hourglass.models.installed import Installed
from hourglass.models.manifest import AnyManifest
from hourglass.models.runtime import Device, usable_cores
from hourglass.models.vector import VectorModel

FAMILIES: dict[type[AnyManifest], type[Installed]] = {
    family.schema: family for family in (VectorModel, Codec, Denoiser, Detector)
}


def load(model: str | Path, device: Literal["auto", "cpu", "cuda"] = "auto", threads: int | None = None) -> Installed:
    """An installed model by its name, or the model of a folder by its path, ready to run.

    ``auto`` takes CUDA where it works. ``threads`` are those of models that take photos, by default all cores that
    this process may use. Raises NoSuchModel for a name that is not installed, BrokenModel for a model whose files do
    not hold, and NoCuda where ``cuda`` does not run.
    """
    folder = model if isinstance(model, Path) else _named(model)
    threads = usable_cores() if threads is None else threads
    if device != "auto":
        return open_model(folder, device, threads)
    try:
        return open_model(folder, "cuda", threads)
    except NoCuda:
        return open_model(folder, "cpu", threads)


def open_model(folder: Path, device: Device, threads: int, held: Installed | None = None) -> Installed:
    """The model of one folder, of whichever family. Raises BrokenModel or NoCuda.

    Where the manifest, and so the SHA-256 of every file, is still that of the model ``held``, it is that one.
    """
    manifest = read_manifest(folder)
    if held and held.manifest == manifest:
        return held
    return FAMILIES[type(manifest)](folder, manifest, device, threads)


def _named(name: str) -> Path:
    folders = {manifest.parent.name: manifest.parent for manifest in models_folder().glob(f"*/{FILENAME}")}
    if name not in folders:
        raise NoSuchModel(f"no model {name[:64]!r} is installed; there are: {', '.join(sorted(folders))}")
    return folders[name]

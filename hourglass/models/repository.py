"""The one list of installed models: found, verified, loaded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hourglass.errors import BadParameter, BrokenModel, NoCuda, NoSuchModel
from hourglass.models.files import FILENAME
from hourglass.models.installed import Installed
from hourglass.models.loading import open_model
from hourglass.models.manifest import Task
from hourglass.models.runtime import Device


@dataclass(frozen=True, slots=True)
class Changes:
    """From one repository to the next: names of models. Those removed are no longer installed, all others are."""

    added: list[str]
    replaced: list[str]
    removed: list[str]
    kept: list[str]


class Repository:
    """The models of one folder, by name, by task and by identity, all on one ``device``."""

    def __init__(
        self, folder: Path, device: Device, threads: int = 1, held: Mapping[str, Installed] | None = None
    ) -> None:
        """Loads every model of ``folder``. Raises BrokenModel if there is none or any does not hold, or NoCuda.

        ``threads`` are those of the models of photos, which have one photo on all of them; a batch runs on one.
        Models ``held`` already, by name, are not loaded again where their manifest is as it was.
        """
        self.device, self._folder, self._threads = device, folder, threads
        if not folder.is_dir():
            raise BrokenModel(f"the models folder {folder} does not exist; HOURGLASS_MODELS says where it is")
        folders = sorted(manifest.parent for manifest in folder.glob(f"*/{FILENAME}"))
        if not folders:
            raise BrokenModel(f"the models folder {folder} holds no model: no {FILENAME} one level down")
        held = held or {}
        self._models = {each.name: open_model(each, device, threads, held.get(each.name)) for each in folders}
        self._defaults: dict[Task, str] = {}
        for model in self:
            for task in model.manifest.default_for:
                if task in self._defaults:
                    raise BrokenModel(f"{self._defaults[task]} and {model.name} are both the default for {task}")
                self._defaults[task] = model.name
        coders = [model for model in self if model.identity]
        self._by_identity = {model.identity: model for model in coders}
        if len(self._by_identity) != len(coders):
            raise BrokenModel(f"two models of {folder} decode with the same files")

    def renewed(self) -> "Repository":
        """What the folder holds now, on the same device. Raises as at first; this one stays as it is."""
        return Repository(self._folder, self.device, self._threads, self._models)

    def since(self, earlier: "Repository") -> Changes:
        """How it came from an ``earlier`` one. A model is kept if it is the very same object."""
        now, then = self._models, earlier._models
        return Changes(
            added=[name for name in now if name not in then],
            replaced=[name for name in now if name in then and now[name] is not then[name]],
            removed=[name for name in then if name not in now],
            kept=[name for name in now if now[name] is then.get(name)],
        )

    def __iter__(self) -> Iterator[Installed]:
        return iter(self._models.values())

    def named(self, name: str) -> Installed:
        """Raises NoSuchModel, with the names there are."""
        if name not in self._models:
            raise NoSuchModel(f"no model {name[:64]!r} is installed; there are: {', '.join(self._models)}")
        return self._models[name]

    def pick(self, task: Task, name: str | None) -> Installed:
        """The model called ``name``, or the default for ``task``. Raises NoSuchModel, or BadParameter if it cannot."""
        if name is None and task not in self._defaults:
            raise BadParameter("model", f"no installed model is the default for {task}; name one")
        model = self.named(name or self._defaults[task])
        if task not in model.manifest.tasks:
            able = ", ".join(other.name for other in self if task in other.manifest.tasks) or "none"
            raise BadParameter("model", f"{model.name} cannot {task}; these can: {able}")
        return model

    def of_any_size(self, task: Task) -> list[str]:
        """The names of the models that can do ``task`` with a picture of any size."""
        return [model.name for model in self if model.any_size and task in model.manifest.tasks]

    def identified(self, identity: bytes) -> Installed:
        """The model that decodes a bitstream. Raises NoSuchModel."""
        if identity not in self._by_identity:
            raise NoSuchModel(f"the bitstream was made by model {identity.hex()}, which is not installed here")
        return self._by_identity[identity]


def open_repository(folder: Path, wanted: Literal["auto", "cpu", "cuda"], threads: int) -> tuple[Repository, str]:
    """The models on the device ``wanted``, and why ``auto`` took the CPU, empty if it did not.

    Raises BrokenModel as Repository does, and NoCuda where ``cuda`` does not run.
    """
    if wanted == "cpu":
        return Repository(folder, "cpu", threads), ""
    try:
        return Repository(folder, "cuda", threads), ""
    except NoCuda as error:
        if wanted == "cuda":
            raise
        return Repository(folder, "cpu", threads), str(error)

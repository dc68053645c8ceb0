"""The tasks on files, by models in this process."""

from dataclasses import dataclass
from threading import Lock

from hourglass.bitstream.container import Container
from hourglass.errors import BadParameter, NoSuchModel
from hourglass.imaging import MediaType, Picture, Wanted, contact_sheet, lost_in, write_image
from hourglass.models.files import FILENAME, models_folder, read_manifest
from hourglass.models.installed import Installed, Strength
from hourglass.models.loading import load
from hourglass.models.manifest import AnyManifest, Task
from hourglass.models.results import Scored


@dataclass(frozen=True, slots=True)
class Done:
    """The bytes of a result, and what is to be said of it."""

    data: bytes
    says: str


class Models:
    """Models in this process, each loaded when it is first needed. ``threads`` are those of one image."""

    def __init__(self, threads: int | None) -> None:
        self._threads = threads
        self._loaded: dict[str, Installed] = {}
        self._turn = Lock()

    def encode(self, file: bytes, model: str | None, quality: int, resize: bool, wanted: Wanted) -> Done:
        made = self._able("encode", model).encode(file, quality, resize, metadata=wanted)
        says = f"{len(made):,} bytes, {made.bits_per_pixel:.2f} bits a pixel, {made.ratio:.1f} times smaller"
        return Done(made, says + (f", {made.psnr:.1f} dB" if made.psnr is not None else "") + _without(made.dropped))

    def decode(self, file: bytes, media_type: MediaType) -> Done:
        return _written(self._decoder(Container.unpack(file)).decode(file), media_type)

    def denoise(
        self,
        file: bytes,
        model: str | None,
        strength: Strength,
        resize: bool,
        wanted: Wanted,
        media_type: MediaType,
    ) -> Done:
        clean = self._able("denoise", model).denoise(file, strength, resize, metadata=wanted)
        done = _written(clean.picture, media_type)
        return Done(done.data, f"noise of {clean.sigma:.1f}, {done.says}" if clean.sigma is not None else done.says)

    def score(self, file: bytes, model: str | None, rate: float | None, resize: bool) -> Scored:
        return self._able("anomaly-score", model).score(file, rate, resize)

    def sample(self, model: str | None, count: int, seed: int, temperature: float) -> bytes:
        images = self._able("sample", model).sample(count, seed, temperature)
        return write_image(Picture(contact_sheet(images)), "image/png")

    def named(self, container: Container) -> str:
        """The name of the model that made a file, or its identity where that is not installed."""
        try:
            return self._decoder(container).name
        except NoSuchModel:
            return f"{container.model.hex()}, not installed"

    def _able(self, task: Task, name: str | None) -> Installed:
        manifests = installed_manifests()
        if name is None:
            name = next((each.name for each in manifests.values() if task in each.default_for), None)
        if name is None:
            raise BadParameter("model", f"no installed model is the default for {task}; name one with --model")
        if name in manifests and task not in manifests[name].tasks:
            able = ", ".join(each.name for each in manifests.values() if task in each.tasks) or "none"
            raise BadParameter("model", f"{name} cannot {task}; these can: {able}")
        return self._model(name)

    def _decoder(self, container: Container) -> Installed:
        able = [each for each in installed_manifests().values() if "decode" in each.tasks]
        for manifest in sorted(able, key=lambda each: "decode" not in each.default_for):
            if (model := self._model(manifest.name)).identity == container.model:
                return model
        raise NoSuchModel(f"the file was made by model {container.model.hex()}, which is not installed here")

    def _model(self, name: str) -> Installed:
        with self._turn:
            if name not in self._loaded:
                self._loaded[name] = load(name, threads=self._threads)
            return self._loaded[name]


def installed_manifests() -> dict[str, AnyManifest]:
    """What is installed, by name; nothing is loaded. Raises BrokenModel."""
    folders = sorted(manifest.parent for manifest in models_folder().glob(f"*/{FILENAME}"))
    return {folder.name: read_manifest(folder) for folder in folders}


def _written(picture: Picture, media_type: MediaType) -> Done:
    data = write_image(picture, media_type)
    lost = (*picture.dropped, *lost_in(picture, media_type))
    return Done(data, f"{picture.width}x{picture.height} pixels, {len(data):,} bytes{_without(lost)}")


def _without(dropped: tuple[str, ...]) -> str:
    return f", without {' and '.join(dropped)}" if dropped else ""

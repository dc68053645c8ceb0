"""Installed models: found, verified, and refused by name where a file does not hold."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from hourglass.errors import BadParameter, BrokenModel, NoSuchModel
from hourglass.models.codec import Codec
from hourglass.models.denoiser import Denoiser
from hourglass.models.detector import Detector
from hourglass.models.repository import Changes, Repository
from hourglass.models.vector import VectorModel
from tests.conftest import MODELS, Labelled, model_of
from tests.hourglass.models import detectors

NAME = "fashion-undercomplete"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder of one model, to be damaged."""
    shutil.copytree(MODELS / NAME, tmp_path / NAME)
    return tmp_path


def load(folder: Path) -> Repository:
    return Repository(folder, "cpu")


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None], name: str = NAME) -> None:
    path = folder / name / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def replace(folder: Path, part: str, content: bytes) -> None:
    """Another file for ``part``, with the right hash in the manifest."""

    def change(manifest: dict[str, Any]) -> None:
        file = manifest["entropy"] if part == "entropy" else manifest["graphs"][part]
        (folder / NAME / file["file"]).write_bytes(content)
        file["sha256"] = hashlib.sha256(content).hexdigest()

    rewrite(folder, change)


def test_every_bundled_model_loads() -> None:
    names = [model.name for model in load(MODELS)]
    assert names == sorted(folder.name for folder in MODELS.iterdir() if folder.is_dir())


def test_model_is_picked_by_name_or_by_default(repository: Repository) -> None:
    assert repository.pick("anomaly-score", None).name == "fashion-undercomplete"
    assert repository.pick("sample", None).name == "fashion-variational"
    assert repository.pick("encode", "fashion-variational").name == "fashion-variational"


def test_every_family_is_loaded_as_its_own(tmp_path: Path) -> None:
    for name in (NAME, "photo-codec", "photo-denoiser"):
        (tmp_path / name).symlink_to(MODELS / name)
    detectors.write_detector(tmp_path)
    found = load(tmp_path)
    assert isinstance(found.named(NAME), VectorModel)
    assert isinstance(found.pick("encode", None), Codec)
    assert isinstance(found.pick("denoise", None), Denoiser)
    assert isinstance(found.pick("anomaly-score", detectors.NAME), Detector)
    assert isinstance(found.pick("anomaly-score", None), VectorModel)
    able = f"{detectors.NAME}, fashion-undercomplete"
    with pytest.raises(BadParameter, match=f"photo-codec cannot anomaly-score; these can: {able}"):
        found.pick("anomaly-score", "photo-codec")
    with pytest.raises(BadParameter, match=f"{detectors.NAME} cannot encode"):
        found.pick("encode", detectors.NAME)


def test_unknown_model_is_refused_with_those_there_are(repository: Repository) -> None:
    with pytest.raises(NoSuchModel, match=r"'nonsense'.*fashion-denoising"):
        repository.pick("encode", "nonsense")


def test_model_that_cannot_is_refused_with_those_that_can(repository: Repository) -> None:
    with pytest.raises(BadParameter, match="cannot sample; these can: fashion-variational") as caught:
        repository.pick("sample", NAME)
    assert caught.value.parameter == "model"


def test_without_a_default_a_name_is_asked_for(folder: Path) -> None:
    with pytest.raises(BadParameter, match="name one"):
        load(folder).pick("sample", None)


def test_model_is_found_by_its_identity(repository: Repository) -> None:
    for model in repository:
        if model.identity:
            assert repository.identified(model.identity) is model
    with pytest.raises(NoSuchModel, match="00000000"):
        repository.identified(bytes(4))


def test_batch_gives_what_each_gives_alone(repository: Repository, fashion: Labelled) -> None:
    model, pixels = model_of(repository, NAME), fashion.images[:8, :, :, None]
    alone = np.concatenate([model.encode_pixels(pixels[i : i + 1]) for i in range(8)])
    assert np.allclose(model.encode_pixels(pixels), alone, atol=1e-4)
    assert np.allclose(model.reconstruct(pixels), model.g(alone), atol=1e-4)


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=r"nowhere does not exist; HOURGLASS_MODELS"):
        load(tmp_path / "nowhere")


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match="holds no model"):
        load(tmp_path)


@pytest.mark.parametrize("file", ["encoder.onnx", "decoder.onnx", "entropy.npz"])
def test_changed_file_is_refused_by_name(folder: Path, file: str) -> None:
    path = folder / NAME / file
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(
        BrokenModel, match=rf"{NAME}/{file}: sha256 is [0-9a-f]{{64}}, the manifest says [0-9a-f]{{64}}"
    ):
        load(folder)


@pytest.mark.parametrize("file", ["encoder.onnx", "decoder.onnx", "entropy.npz"])
def test_missing_file_is_refused_by_name(folder: Path, file: str) -> None:
    (folder / NAME / file).unlink()
    with pytest.raises(BrokenModel, match=rf"{NAME}/{file}: No such file"):
        load(folder)


@pytest.mark.parametrize(
    ("part", "says"), [("encoder", "onnxruntime"), ("decoder", "onnxruntime"), ("entropy", "tables")]
)
def test_file_that_is_something_else_is_refused(folder: Path, part: str, says: str) -> None:
    replace(folder, part, b"something else")
    with pytest.raises(BrokenModel, match=rf"{NAME}: .*{says}"):
        load(folder)


def test_graph_of_another_model_is_refused(folder: Path) -> None:
    replace(folder, "encoder", (folder / NAME / "decoder.onnx").read_bytes())
    with pytest.raises(BrokenModel, match="a graph maps"):
        load(folder)


def test_graph_that_does_not_run_is_refused(folder: Path) -> None:
    encoder = onnx.load(folder / NAME / "encoder.onnx")
    for node in encoder.graph.node:
        node.input[:] = ["doomed_x" if name == "x" else name for name in node.input]
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["brightest"], keepdims=0),
        helper.make_node("Cast", ["brightest"], ["index"], to=TensorProto.INT64),
        helper.make_node("Add", ["index", "two"], ["beyond"]),
        helper.make_node("Gather", ["ones", "beyond"], ["one"]),
        helper.make_node("Mul", ["x", "one"], ["doomed_x"]),
    ]
    for node in reversed(nodes):
        encoder.graph.node.insert(0, node)
    constants: dict[str, NDArray[np.generic]] = {"two": np.array(2, np.int64), "ones": np.ones(2, np.float32)}
    encoder.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    replace(folder, "encoder", encoder.SerializeToString())
    with pytest.raises(BrokenModel, match=rf"{NAME}: its graphs do not run: .*indices"):
        load(folder)


def test_tables_of_another_size_are_refused(folder: Path) -> None:
    replace(folder, "entropy", (MODELS / "fashion-variational" / "entropy.npz").read_bytes())
    with pytest.raises(BrokenModel, match="entropy tables are not of 32"):
        load(folder)


def test_detectors_of_the_same_graph_stand_side_by_side(tmp_path: Path) -> None:
    detectors.write_detector(tmp_path)
    detectors.write_detector(tmp_path, name="copy")
    assert [model.name for model in load(tmp_path)] == [detectors.NAME, "copy"]


def test_two_defaults_are_refused(folder: Path) -> None:
    shutil.copytree(MODELS / "fashion-variational", folder / "fashion-variational")
    rewrite(folder, lambda manifest: manifest["default_for"].append("anomaly-score"), "fashion-variational")
    with pytest.raises(
        BrokenModel, match="fashion-undercomplete and fashion-variational are both the default for anomaly-score"
    ):
        load(folder)


def test_default_that_cannot_is_refused(folder: Path) -> None:
    rewrite(folder, lambda manifest: manifest["default_for"].append("sample"))
    with pytest.raises(BrokenModel, match=rf"{NAME}/manifest.json: default_for: .*sample is not among its tasks"):
        load(folder)


def test_two_models_of_one_identity_are_refused(folder: Path) -> None:
    shutil.copytree(folder / NAME, folder / "copy")
    rewrite(folder, lambda manifest: manifest.update(name="copy", default_for=[]), "copy")
    with pytest.raises(BrokenModel, match="the same files"):
        load(folder)


def test_renewed_it_keeps_what_is_as_it_was(folder: Path) -> None:
    old = load(folder)
    model = old.pick("anomaly-score", NAME)
    assert model.scale
    model.scale.percentile(0.01)  # what a manifest has worked out is no difference
    new = old.renewed()
    assert new.named(NAME) is model
    assert new.since(old) == Changes(added=[], replaced=[], removed=[], kept=[NAME])


def test_renewed_it_has_what_the_folder_holds_now(folder: Path) -> None:
    for name in ("fashion-denoising", "fashion-variational"):
        (folder / name).symlink_to(MODELS / name)
    old = load(folder)
    rewrite(folder, lambda manifest: manifest.update(version="9.0.0"))
    (folder / "fashion-denoising").unlink()
    (folder / "mnist-sparse").symlink_to(MODELS / "mnist-sparse")
    new = old.renewed()
    assert new.named(NAME).manifest.version == "9.0.0"
    assert old.named(NAME).manifest.version != "9.0.0"
    assert new.since(old) == Changes(["mnist-sparse"], [NAME], ["fashion-denoising"], ["fashion-variational"])

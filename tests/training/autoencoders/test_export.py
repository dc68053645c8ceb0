"""From a checkpoint to a model that the service runs, and to its figures."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from hourglass.models.files import read_manifest
from hourglass.models.levels import to_input
from hourglass.models.vector import VectorModel
from tests.training.conftest import small_split
from training import data
from training.artefacts import ExportError
from training.autoencoders import export
from training.autoencoders.evaluate import evaluate_model
from training.registry import start_run

pytestmark = pytest.mark.usefixtures("small_data")
NAME = "mnist-undercomplete"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In runs/, a checkpoint of a short run on the fixtures, by the committed recipe; in models/, what it became."""
    scratch = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", small_split)
        run = start_run(NAME, scratch / "runs", scratch, device="cpu")
        for _ in range(60):
            run._train_step()
        run.save()
        export.export_model(NAME, scratch / "runs", scratch / "models")
    return scratch


def test_fit_export_encode_decode(scratch: Path) -> None:
    folder = scratch / "models" / NAME
    assert read_manifest(folder).origin.steps == 60
    model = VectorModel.open(folder)
    pixels: NDArray[np.uint8] = small_split("mnist", train=False).images[0, 0, :, :, None].numpy()
    x_hat = model.decode(model.encode(pixels, quality=90)).pixels
    error = np.square(to_input(pixels[None]) - to_input(x_hat[None])).mean()
    assert error < np.square(to_input(pixels[None])).mean() / 3


def test_evaluate_fills_the_manifest(scratch: Path, tmp_path: Path) -> None:
    shutil.copytree(scratch / "models", tmp_path, dirs_exist_ok=True)
    metrics = evaluate_model(NAME, scratch / "runs", tmp_path)
    assert read_manifest(tmp_path / NAME).metrics == metrics
    assert 0 < metrics["mse"] < metrics["coded_mse"] < 0.1
    assert 16 < metrics["coded_bytes"] < 60
    assert metrics["probe_accuracy"] > 0.3
    assert VectorModel.open(tmp_path / NAME, "cpu").name == NAME


def test_graphs_of_other_weights_are_not_written(
    scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = torch.load(scratch / "runs" / NAME / "checkpoint.pt", weights_only=True)
    for weights in state["averaged"].values():
        weights *= 1.01
    (tmp_path / NAME).mkdir()
    torch.save(state, tmp_path / NAME / "checkpoint.pt")
    graphs = tuple((scratch / "models" / NAME / f"{name}.onnx").read_bytes() for name in ("encoder", "decoder"))
    monkeypatch.setattr(export, "_to_onnx", lambda model: graphs)
    with pytest.raises(ExportError, match="differs between torch and onnxruntime"):
        export.export_model(NAME, tmp_path, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="python -m training fit"):
        export.export_model(NAME, tmp_path, tmp_path)

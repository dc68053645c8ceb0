from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.models.files import read_manifest
from hourglass.models.levels import to_input
from hourglass.models.vector import VectorModel
from tests.training.conftest import small_split
from training import data
from training.artefacts import ExportError
from training.autoencoders import Autoencoder, export
from training.autoencoders.evaluate import evaluate_model
from training.registry import start_run

pytestmark = pytest.mark.usefixtures("small_data")
NAME = "mnist-undercomplete"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a short run on the fixtures, by the committed recipe's network."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", small_split)
        run = start_run(NAME, folder, folder, device="cpu")
    for _ in range(60):
        run._train_step()
    run.save()
    return folder


def test_fit_export_encode_decode(runs: Path, tmp_path: Path) -> None:
    folder = export.export_model(NAME, runs, tmp_path / "models")
    assert read_manifest(folder).origin.steps == 60
    model = VectorModel.open(folder)
    pixels: NDArray[np.uint8] = small_split("mnist", train=False).images[0, 0, :, :, None].numpy()
    x_hat = model.decode(model.encode(pixels, quality=90)).pixels
    error = np.square(to_input(pixels[None]) - to_input(x_hat[None])).mean()
    assert error < np.square(to_input(pixels[None])).mean() / 3


def test_evaluate_fills_the_manifest(runs: Path, tmp_path: Path) -> None:
    export.export_model(NAME, runs, tmp_path)
    metrics = evaluate_model(NAME, runs, tmp_path)
    assert read_manifest(tmp_path / NAME).metrics == metrics
    assert 0 < metrics["mse"] < metrics["coded_mse"] < 0.1
    assert 16 < metrics["coded_bytes"] < 60
    assert metrics["probe_accuracy"] > 0.3
    assert VectorModel.open(tmp_path / NAME, "cpu").name == NAME


def test_a_graph_that_differs_is_not_written(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to_onnx = export._to_onnx

    def damaged(model: Autoencoder) -> tuple[bytes, bytes]:
        for weights in model.parameters():
            weights.data *= 1.01
        graphs = to_onnx(model)
        for weights in model.parameters():
            weights.data /= 1.01
        return graphs

    monkeypatch.setattr(export, "_to_onnx", damaged)
    with pytest.raises(ExportError, match="differs between torch and onnxruntime"):
        export.export_model(NAME, runs, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="python -m training fit"):
        export.export_model(NAME, tmp_path, tmp_path)

"""From a checkpoint to a denoiser that runs without torch."""

from pathlib import Path

import numpy as np
import pytest
import torch

from hourglass.models.denoiser import Denoiser
from tests.conftest import FIXTURES
from tests.training.denoiser.test_denoiser import SMALL
from training.artefacts import ExportError
from training.batches import Crops
from training.denoiser import PhotoDenoiser, export
from training.denoiser.export import export_denoiser, load_denoiser
from training.loop import Run
from training.photos import load_photo

PHOTOS = FIXTURES / "photos"


def checkpoint(folder: Path, seed: int) -> Path:
    """That of a denoiser whose weights are as if trained: none is at its start."""
    torch.manual_seed(seed)
    run = Run(PhotoDenoiser.name, PhotoDenoiser(SMALL), SMALL, Crops([torch.zeros(3, 64, 64).byte()], 1, 64), folder)
    with torch.no_grad():
        for parameter in run.averaged.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    run.step = 7
    run.save()
    return folder


def test_a_checkpoint_becomes_a_denoiser_and_a_graph_of_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = checkpoint(tmp_path / "runs", seed=0)
    exported = export_denoiser(runs, tmp_path / "models", PHOTOS)
    installed, (trained, _) = Denoiser.open(exported, "cpu"), load_denoiser(runs)
    x = (load_photo(PHOTOS / "city.webp").float() / 255)[:, :64, :96]
    with torch.no_grad():
        x_hat, sigma = trained(x[None], torch.ones(1))
    clean, estimate = installed.clean(x.numpy())
    assert np.abs(clean - x.numpy()).max() > 0.01
    assert np.allclose(clean, x_hat[0].numpy(), atol=1e-4)
    assert estimate == pytest.approx(sigma.square().mean().sqrt().item(), rel=1e-3)
    manifest = installed.manifest
    assert (manifest.version, manifest.origin.steps, manifest.origin.images, manifest.metrics) == ("1.0.0", 7, 3, {})

    graph = (exported / "denoiser.onnx").read_bytes()
    monkeypatch.setattr(export, "make_graph", lambda denoiser: graph)
    with pytest.raises(ExportError, match="differs between torch and onnxruntime"):
        export_denoiser(checkpoint(tmp_path / "other", seed=1), tmp_path / "none", PHOTOS)
    assert not (tmp_path / "none").exists()

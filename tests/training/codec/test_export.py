"""From a checkpoint to a codec that runs without torch."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from hourglass.imaging.fidelity import psnr
from hourglass.models.codec import Codec
from tests.conftest import FIXTURES
from tests.training.codec.conftest import SMALL
from training.artefacts import ExportError
from training.batches import Crops
from training.codec import PhotoCodec, export
from training.codec.export import export_codec
from training.loop import Run

PHOTOS = FIXTURES / "photos"


def checkpoint(folder: Path, photos: list[torch.Tensor], seed: int) -> Path:
    """That of a codec as it starts, its weights moved a little at random."""
    torch.manual_seed(seed)
    crops = Crops(photos, SMALL.batch, SMALL.crop)
    run = Run(PhotoCodec.name, PhotoCodec(SMALL), SMALL, crops, folder)
    run.averaged.start(crops.sample()[:64])
    with torch.no_grad():
        for parameter in run.averaged.parameters():
            parameter.add_(1e-3 * torch.randn_like(parameter))
    run.step = 7
    run.save()
    return folder


def test_a_checkpoint_becomes_a_codec_and_graphs_of_another_are_refused(
    photos: list[torch.Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = export_codec(checkpoint(tmp_path / "runs", photos, seed=0), tmp_path / "models", PHOTOS)
    codec = Codec.open(exported, "cpu")
    with Image.open(PHOTOS / "kitten.webp") as image:
        photo = np.asarray(image.convert("RGB"))[:128, :128]
    files = [codec.encode(photo, quality) for quality in (10, 90)]
    fidelities = [psnr(photo, codec.decode(file).pixels, peak=255) for file in files]
    assert len(files[0]) < len(files[1]) < photo.nbytes / 4
    assert 20 < fidelities[0] < fidelities[1]
    manifest = codec.manifest
    assert (manifest.version, manifest.origin.steps, manifest.origin.images, manifest.metrics) == ("1.0.0", 7, 3, {})

    graphs = {path.stem: path.read_bytes() for path in exported.glob("*.onnx")}
    monkeypatch.setattr(export, "make_graphs", lambda frozen: graphs)
    with pytest.raises(ExportError, match="torch and onnxruntime"):
        export_codec(checkpoint(tmp_path / "other", photos, seed=1), tmp_path / "none", PHOTOS)
    assert not (tmp_path / "none").exists()

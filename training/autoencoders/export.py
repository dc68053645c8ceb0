"""torch → ONNX, entropy tables, anomaly scale and manifest; and the check that torch and onnxruntime agree."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import TypeAdapter
from torch import Tensor, nn

from hourglass.bitstream.tables import LatentTables
from hourglass.models.levels import to_input
from hourglass.models.manifest import Graphs, Input, Latent, Task, Type, VectorManifest
from hourglass.models.runtime import Graph
from hourglass.models.scale import AnomalyScale
from hourglass.models.vector import squared_error
from training import data
from training.artefacts import FIRST_VERSION, check_agreement, install, origin, read_checkpoint, write_files
from training.autoencoders import TYPES, Autoencoder, build, split_name
from training.autoencoders.calibrate import anomaly_scale
from training.autoencoders.quantise import make_tables
from training.graphs import rounded, stored, to_onnx

CHECKED_IMAGES = 1000
CALIBRATION, FRESH = slice(0, None, 2), slice(1, None, 2)
"""Of the test images: those that set the scale of the anomaly score, and those on which false alarms are counted."""

TASKS: dict[str, list[Task]] = {kind: ["encode", "decode", "anomaly-score"] for kind in TYPES}
TASKS["denoising"].append("denoise")
TASKS["variational"].append("sample")

DEFAULT_FOR: dict[str, list[Task]] = {
    "fashion-undercomplete": ["anomaly-score"],
    "fashion-variational": ["sample"],
}


@dataclass(frozen=True)
class Trained:
    """A trained model, and what its checkpoint says of the run.

    Its weights are the averaged ones; large ones are rounded to float16, as they are stored.
    """

    name: str
    kind: Type
    model: Autoencoder
    dataset: str
    state: dict[str, Any]


def load_trained(name: str, runs: Path) -> Trained:
    """Raises ExportError if there is no checkpoint in ``runs``."""
    state = read_checkpoint(name, runs)
    dataset, kind = split_name(name)
    model = build(name)
    model.load_state_dict({key: rounded(value) for key, value in state["averaged"].items()})
    return Trained(name, TypeAdapter(Type).validate_python(kind), model.eval(), dataset, state)


def export_model(name: str, runs: Path, models: Path) -> Path:
    """Writes models/NAME from runs/NAME, without figures; returns the folder. Raises ExportError."""
    trained = load_trained(name, runs)
    images = data.load(trained.dataset, train=True).images
    encoder, decoder = _to_onnx(trained.model)
    graphs = Graph(encoder, "cpu"), Graph(decoder, "cpu")
    _check_graphs(trained.model, *graphs, images[:CHECKED_IMAGES])

    x = to_input(images.numpy().transpose(0, 2, 3, 1))
    z = np.concatenate([graphs[0](batch) for batch in np.array_split(x, 100)])
    x_hat = np.concatenate([graphs[1](batch) for batch in np.array_split(z, 100)])
    tables = make_tables(trained.model, z, float(squared_error(x, x_hat).mean()))
    scale = _scale(graphs, data.load(trained.dataset, train=False).images[CALIBRATION])
    return _write(trained, models / name, encoder, decoder, tables, scale)


class _Encode(nn.Module):
    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        return self.model.encode(x)


class _Decode(nn.Module):
    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor) -> Tensor:
        return self.model.decode(z)


def _to_onnx(model: Autoencoder) -> tuple[bytes, bytes]:
    x = torch.zeros(2, 1, 28, 28)
    return _graph(_Encode(model), x, "x", "z"), _graph(_Decode(model), model.encode(x).detach(), "z", "x_hat")


def _graph(module: nn.Module, example: Tensor, given: str, gives: str) -> bytes:
    return stored(to_onnx(module, (example,), [given], [gives], ({0: torch.export.Dim("batch")},)))


@torch.no_grad()
def _check_graphs(model: Autoencoder, encoder: Graph, decoder: Graph, images: Tensor) -> None:
    x = images.float() / 255
    z = model.encode(x)
    check_agreement("z", z.numpy(), encoder(x.numpy()), least_range=1)
    check_agreement("x̂", model.decode(z).numpy(), decoder(z.numpy()), least_range=1)


def _scale(graphs: tuple[Graph, Graph], images: Tensor) -> AnomalyScale:
    """The scale of the anomaly score, by images that were not trained on, uint8 [n, 1, height, width]."""
    x = to_input(images.numpy().transpose(0, 2, 3, 1))
    scores = squared_error(x, graphs[1](graphs[0](x))).mean(axis=(1, 2))
    return anomaly_scale(scores)


def _write(
    trained: Trained, folder: Path, encoder: bytes, decoder: bytes, tables: LatentTables, scale: AnomalyScale
) -> Path:
    files = write_files(folder, {"encoder.onnx": encoder, "decoder.onnx": decoder, "entropy.npz": tables.write()})
    kind, state = trained.kind, trained.state
    source = data.SOURCES[trained.dataset]
    manifest = VectorManifest(
        name=trained.name,
        version=FIRST_VERSION,
        type=kind,
        summary=trained.model.summary,
        tasks=TASKS[kind],
        default_for=DEFAULT_FOR.get(trained.name, []),
        input=Input(channels=1, height=28, width=28),
        latent=Latent(size=len(tables.step)),
        graphs=Graphs(encoder=files["encoder.onnx"], decoder=files["decoder.onnx"]),
        entropy=files["entropy.npz"],
        anomaly=scale,
        origin=origin(
            state, source.title, source.licence, data.TRAINING_IMAGES, f"python -m training fit {trained.name}"
        ),
        metrics={},
    )
    return install(folder, manifest)

"""A folder of good images → models/<name>, which tells how unusual another image is. Minutes on a CPU."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from service.errors import BrokenModel
from service.imaging import Pixels
from service.levels import to_input
from service.manifest import AnomalyManifest, Input, Origin, read_manifest
from service.runtime import Graph
from training.anomaly.detector import Detector, fit_detector
from training.anomaly.features import Features
from training.anomaly.folder import Folder
from training.artefacts import FIRST_VERSION, ExportError, agree, install, write_files
from training.calibrate import anomaly_scale
from training.graphs import stored, to_onnx

HELD_OUT = 100
"""So many images set the scale, at most half of all; a fifth of all, if that is more."""

SUMMARY = "Reconstructs which way edges run, at several scales: tells how unlike good images another is, and where."

TOGETHER = 8
"""Images that go through the network at once."""


def fit_anomaly(
    folder: Folder,
    name: str,
    models: Path,
    seed: int = 0,
    licence: str = "not stated",
    advance: Callable[[], None] = lambda: None,
) -> AnomalyManifest:
    """Writes models/NAME, and returns its manifest; ``folder`` then knows all that it left out.

    ``advance`` is called for each file.

    Raises DataError if too few images can be used, ExportError if another kind of model is called so or the graph does
    not compute what torch does.
    """
    target = models / name
    _refuse_to_replace(target)
    started = time.monotonic()
    features = Features(folder.channels, folder.side)
    first, h = _see(folder, features, advance)
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(h)))
    held_out = max(len(h) // 5, min(HELD_OUT, len(h) // 2))
    detector = fit_detector(features, h[order[held_out:]])
    graph = make_graph(detector)
    _check_agreement(detector, graph, first)
    heat = detector.heat(h[order[:held_out]])
    scale = anomaly_scale(heat.mean((1, 2)).numpy())
    manifest = AnomalyManifest(
        name=name,
        version=FIRST_VERSION,
        family="anomaly",
        type="undercomplete",
        summary=SUMMARY,
        tasks=["anomaly-score"],
        input=Input(channels=features.channels, height=folder.side, width=folder.side),
        graph=write_files(target, {"detector.onnx": graph})["detector.onnx"],
        anomaly=scale,
        hot=float(np.quantile(heat.numpy(), 1 - scale.false_alarm_rate)),
        origin=Origin(
            dataset=f"images of the folder {folder.path.resolve().name}",
            licence=licence,
            images=len(h) - held_out,
            command=f"python -m training fit anomaly --data FOLDER --name {name}",
            seed=seed,
            steps=1,
            seconds=round(time.monotonic() - started, 1),
            device="cpu",
            torch=torch.__version__,
        ),
        metrics={},
    )
    install(target, manifest)
    return manifest


def _refuse_to_replace(target: Path) -> None:
    try:
        installed = read_manifest(target)
    except BrokenModel:
        return
    if not isinstance(installed, AnomalyManifest):
        raise ExportError(f"{target} is a model of another kind; choose another name")


@torch.no_grad()
def _see(folder: Folder, features: Features, advance: Callable[[], None]) -> tuple[Pixels, Tensor]:
    """The first images, and the features [n, size · CELLS²] of all."""
    seen: list[Tensor] = []
    first = None
    for batch in _batches(folder, advance):
        first = batch if first is None else first
        seen.append(features(torch.from_numpy(to_input(batch))).flatten(1))
    assert first is not None  # or the folder had raised
    return first, torch.cat(seen)


def _batches(folder: Folder, advance: Callable[[], None]) -> Iterator[Pixels]:
    batch: list[Pixels] = []
    for pixels in folder.images(advance):
        batch.append(pixels)
        if len(batch) == TOGETHER:
            yield np.stack(batch)
            batch = []
    if batch:
        yield np.stack(batch)


def make_graph(detector: Detector) -> bytes:
    """The ONNX file: x → heat."""
    features = detector.features
    x = torch.zeros(2, features.channels, features.side, features.side)
    return stored(to_onnx(detector, (x,), ["x"], ["heat"], ({0: torch.export.Dim("batch")},)))


@torch.no_grad()
def _check_agreement(detector: Detector, graph: bytes, images: Pixels) -> None:
    x = to_input(images)
    agree("heat", detector(torch.from_numpy(x)).numpy(), Graph(graph, "cpu")(x))

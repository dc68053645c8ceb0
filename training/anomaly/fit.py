"""A folder of good images → models/<name>, which scores how unusual another image is. Minutes on a CPU."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hourglass.errors import BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.files import FILENAME, read_manifest
from hourglass.models.levels import to_input
from hourglass.models.manifest import AnomalyManifest, Input, Origin
from hourglass.models.runtime import Graph
from training.anomaly.detector import DetectorNetwork, fit_detector
from training.anomaly.features import EdgeFeatures
from training.anomaly.folder import Folder, Track, silently
from training.artefacts import FIRST_VERSION, ExportError, check_agreement, install, write_files
from training.autoencoders.calibrate import anomaly_scale
from training.graphs import stored, to_onnx

HELD_OUT, MOST_HELD_OUT = 100, 1000
"""How many images set the scale: ``HELD_OUT``, or a fifth of all if that is more, but at most half of all and at most
``MOST_HELD_OUT``."""

HOT = 0.001
"""The share of places in good images that count as hot."""

SUMMARY = "Reconstructs which way edges run, at several scales: tells how unlike good images another is, and where."

TOGETHER = 8
"""How many images go through the network at once."""


def fit_anomaly(
    folder: Folder, name: str, models: Path, seed: int = 0, licence: str = "not stated", track: Track = silently
) -> AnomalyManifest:
    """Fits a detector on ``folder``, writes models/NAME, and returns its manifest.

    Raises ExportError if there is a model of that name that is of another kind or cannot be read, or if the graph does
    not compute what torch does; DataError if the images are all alike.
    """
    target = models / name
    _refuse_to_replace(target)
    started = time.monotonic()
    count = len(folder.files)
    held_out = max(min(count // 5, MOST_HELD_OUT), min(HELD_OUT, count // 2))
    order = np.random.default_rng(seed).permutation(count)
    files = [folder.files[place] for place in order]
    features = EdgeFeatures(folder.channels, folder.side)
    detector = fit_detector(features, _batches(folder, files[held_out:], track, "fitting"))
    graph = make_graph(detector)
    _check_graph(detector, graph, np.stack([folder.read(file) for file in files[:TOGETHER]]))
    with torch.no_grad():
        heat = torch.cat([detector(x) for x in _batches(folder, files[:held_out], track, "calibrating")])
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
        hot=float(np.quantile(heat.numpy(), 1 - HOT)),
        origin=Origin(
            dataset=f"images of the folder {folder.path.resolve().name}",
            licence=licence,
            images=count - held_out,
            command=f"python -m training fit anomaly --data FOLDER --name {name}",
            seed=seed,
            steps=1,
            seconds=round(time.monotonic() - started, 1),
            device="cpu",
            torch=torch.__version__,
        ),
        metrics={},
    )
    return manifest.model_copy(update={"version": read_manifest(install(target, manifest)).version})


def _refuse_to_replace(target: Path) -> None:
    try:
        installed = read_manifest(target)
    except BrokenModel as error:
        if (target / FILENAME).exists():
            raise ExportError(f"{error}; remove {target}, or choose another name") from error
        return
    if not isinstance(installed, AnomalyManifest):
        raise ExportError(f"{target} is a model of another kind; choose another name")


def _batches(folder: Folder, files: list[Path], track: Track, step: str) -> Iterator[Tensor]:
    batch: list[Pixels] = []
    for file in track(files, step):
        batch.append(folder.read(file))
        if len(batch) == TOGETHER:
            yield torch.from_numpy(to_input(np.stack(batch)))
            batch = []
    if batch:
        yield torch.from_numpy(to_input(np.stack(batch)))


def make_graph(detector: DetectorNetwork) -> bytes:
    """The ONNX file: x → heat."""
    features = detector.features
    x = torch.zeros(2, features.channels, features.side, features.side)
    return stored(to_onnx(detector, (x,), ["x"], ["heat"], ({0: torch.export.Dim("batch")},)))


@torch.no_grad()
def _check_graph(detector: DetectorNetwork, graph: bytes, images: Pixels) -> None:
    x = to_input(images)
    check_agreement("heat", detector(torch.from_numpy(x)).numpy(), Graph(graph, "cpu")(x))

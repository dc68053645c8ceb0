"""The trained codec → models/photo-codec: graphs, tables found by counting, manifest; and the check that both agree."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hourglass.models.codec.latents import EntropyModel, Networks
from hourglass.models.codec.tables import CodecTables
from hourglass.models.levels import to_input
from hourglass.models.manifest import AnyInput, CodecGraphs, CodecManifest, LatentGrid
from hourglass.models.runtime import Array, Session
from training.artefacts import (
    FIRST_VERSION,
    ExportError,
    check_agreement,
    install,
    photos_origin,
    read_checkpoint,
    write_files,
)
from training.codec.codec import CodecRecipe, PhotoCodec
from training.codec.graphs import Decoder, Encoder, entropy_networks, freeze, make_graphs
from training.codec.tables import count, make_tables
from training.graphs import rounded
from training.photos import find_photos, load_photo, split_photos

COUNTED_PHOTOS = 120
COUNTED_SIDE = 512
ROUNDS = 2
"""Which symbol is chosen depends on the tables: the second count is of choices by the first."""


def load_codec(runs: Path) -> tuple[PhotoCodec, dict[str, Any]]:
    """The averaged weights, the transforms' rounded as they are stored, and the checkpoint. Raises ExportError."""
    state = read_checkpoint(PhotoCodec.name, runs)
    codec = PhotoCodec(CodecRecipe(**state["recipe"]))
    codec.load_state_dict(state["averaged"])
    with torch.no_grad():
        for transform in (codec.f, codec.g, codec.log_step, codec.prior.analysis):
            for weights in transform.parameters():
                weights.copy_(rounded(weights))
    return codec.eval(), state


def export_codec(runs: Path, models: Path, images: Path) -> Path:
    """Writes models/photo-codec, without figures; returns the folder. Raises ExportError, or NotExact."""
    codec, state = load_codec(runs)
    frozen = freeze(codec)
    graphs = make_graphs(frozen)
    photos, _ = split_photos(find_photos(images))
    crops = _crops(photos)
    _check_graphs(frozen, graphs, crops[0])
    tables = _count_tables(codec, graphs, crops)
    return _write(models / PhotoCodec.name, graphs, tables, state, len(photos))


def _crops(photos: list[Path]) -> list[Array]:
    """The middle of photos taken evenly from all: x float32 [1, 3, 512, 512]."""
    chosen = photos[:: max(1, len(photos) // COUNTED_PHOTOS)]
    return [_middle(load_photo(path)) for path in chosen]


def _middle(photo: Tensor) -> Array:
    height, width = (min(side, COUNTED_SIDE) // 64 * 64 for side in photo.shape[1:])
    top, left = (photo.shape[1] - height) // 2, (photo.shape[2] - width) // 2
    return to_input(photo[:, top : top + height, left : left + width].permute(1, 2, 0)[None].numpy())


def _count_tables(codec: PhotoCodec, graphs: dict[str, bytes], crops: list[Array]) -> CodecTables:
    encoder, networks = Session(graphs["encoder"], "cpu"), networks_of(graphs)
    qualities = np.random.default_rng(0).integers(1, 101, len(crops)).tolist()
    latents = []
    for x, quality in zip(crops, qualities, strict=True):
        v, z = encoder(x, np.array([(quality - 1) / 99], np.float32))
        latents.append((v[0], z[0], quality))
    tables = make_tables(codec)
    for _ in range(ROUNDS):
        tables = make_tables(codec, count(EntropyModel(networks, tables, codec.prior.groups), latents))
    return tables


def networks_of(graphs: dict[str, bytes]) -> Networks:
    """The entropy model's, as the service runs them."""
    early, late = (
        [Session(graph, "cpu") for name, graph in graphs.items() if name.startswith(half)] for half in ("early", "late")
    )
    return Networks(Session(graphs["expand"], "cpu"), Session(graphs["correct"], "cpu"), early, late)


@torch.no_grad()
def _check_graphs(frozen: PhotoCodec, graphs: dict[str, bytes], x: Array) -> None:
    """Transforms must agree closely; the entropy model exactly, or two machines would not understand each other."""
    t = np.array([0.5], np.float32)
    v, z = (part.numpy() for part in Encoder(frozen)(torch.from_numpy(x), torch.from_numpy(t)))
    v_hat, z_hat = np.rint(v), np.rint(z)
    x_hat = Decoder(frozen)(torch.from_numpy(v_hat), torch.from_numpy(z_hat), torch.from_numpy(t)).numpy()
    for what, by_torch, by_onnx in zip(("v", "z"), (v, z), Session(graphs["encoder"], "cpu")(x, t), strict=True):
        check_agreement(what, by_torch, by_onnx)
    check_agreement("x̂", x_hat, Session(graphs["decoder"], "cpu")(v_hat, z_hat, t)[0])
    seen = torch.from_numpy(v_hat).clamp(-63, 63)
    for name, (network, inputs) in entropy_networks(frozen, torch.from_numpy(z_hat), seen).items():
        by_graph = Session(graphs[name], "cpu", 2)(*(given.numpy() for given in inputs))
        if not all(np.array_equal(one.numpy(), other) for one, other in zip(network(*inputs), by_graph, strict=True)):
            raise ExportError(f"torch and onnxruntime differ in {name}, which must be exact")


def _write(folder: Path, graphs: dict[str, bytes], tables: CodecTables, state: dict[str, Any], photos: int) -> Path:
    contents = {f"{name}.onnx": content for name, content in graphs.items()} | {"entropy.npz": tables.write()}
    files = write_files(folder, contents)
    manifest = CodecManifest(
        name=PhotoCodec.name,
        version=FIRST_VERSION,
        family="codec",
        type="undercomplete",
        summary=PhotoCodec.summary,
        tasks=["encode", "decode"],
        default_for=["encode", "decode"],
        latent=LatentGrid(
            channels=tables.offset.shape[1],
            groups=list(state["recipe"]["groups"]),
            hyper_channels=tables.hyper_mean.shape[1],
        ),
        input=AnyInput(multiple_of=64),
        graphs=CodecGraphs(
            **{name: files[f"{name}.onnx"] for name in graphs if "-" not in name},
            early=[files[f"{name}.onnx"] for name in graphs if name.startswith("early")],
            late=[files[f"{name}.onnx"] for name in graphs if name.startswith("late")],
        ),
        entropy=files["entropy.npz"],
        origin=photos_origin(state, PhotoCodec.name, photos),
        metrics={},
    )
    return install(folder, manifest)

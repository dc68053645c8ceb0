"""The trained denoiser → models/photo-denoiser: graph and manifest; and the check that torch and onnxruntime agree."""

from pathlib import Path
from typing import Any

import torch
from torch.export import Dim

from hourglass.models.manifest import AnyInput, DenoiserManifest
from hourglass.models.runtime import Session
from training.artefacts import FIRST_VERSION, check_agreement, install, photos_origin, read_checkpoint, write_files
from training.denoiser.denoiser import DenoiserRecipe, PhotoDenoiser
from training.denoiser.network import CELL
from training.graphs import rounded, stored, to_onnx
from training.photos import find_photos, load_photo, split_photos

CHECKED_SIDE = 256


def load_denoiser(runs: Path) -> tuple[PhotoDenoiser, dict[str, Any]]:
    """The averaged weights, rounded as they are stored, and the checkpoint. Raises ExportError."""
    state = read_checkpoint(PhotoDenoiser.name, runs)
    denoiser = PhotoDenoiser(DenoiserRecipe(**state["recipe"]))
    denoiser.load_state_dict({key: rounded(value) for key, value in state["averaged"].items()})
    return denoiser.eval(), state


def export_denoiser(runs: Path, models: Path, images: Path) -> Path:
    """Writes models/photo-denoiser, without figures; returns the folder. Raises ExportError."""
    denoiser, state = load_denoiser(runs)
    graph = make_graph(denoiser)
    photos, _ = split_photos(find_photos(images))
    _check_graph(denoiser, graph, photos[0])
    folder = models / PhotoDenoiser.name
    files = write_files(folder, {"denoiser.onnx": graph})
    manifest = DenoiserManifest(
        name=PhotoDenoiser.name,
        version=FIRST_VERSION,
        family="denoiser",
        type="denoising",
        summary=PhotoDenoiser.summary,
        tasks=["denoise"],
        default_for=["denoise"],
        input=AnyInput(multiple_of=CELL),
        graph=files["denoiser.onnx"],
        origin=photos_origin(state, PhotoDenoiser.name, len(photos)),
        metrics={},
    )
    return install(folder, manifest)


@torch.no_grad()
def make_graph(denoiser: PhotoDenoiser) -> bytes:
    """The ONNX file: x̃, strength → x̂, σ̂."""
    high, wide, batch = Dim("rows", max=8192), Dim("columns", max=8192), Dim("batch")
    x, strength = torch.zeros(2, 3, 64, 96), torch.ones(2)
    image = {0: batch, 2: CELL * high, 3: CELL * wide}
    graph = to_onnx(denoiser, (x, strength), ["x", "strength"], ["x_hat", "sigma"], (image, {0: batch}))
    return stored(graph)


@torch.no_grad()
def _check_graph(denoiser: PhotoDenoiser, graph: bytes, photo: Path) -> None:
    pixels = load_photo(photo)
    height, width = (min(side, CHECKED_SIDE) // CELL * CELL for side in pixels.shape[1:])
    x = pixels[None, :, :height, :width].float() / 255
    torch.manual_seed(0)
    noisy, strength = x + 0.1 * torch.randn_like(x), torch.ones(1)
    by_onnx = Session(graph, "cpu")(noisy.numpy(), strength.numpy())
    for what, by_torch, other in zip(("x̂", "σ̂"), denoiser(noisy, strength), by_onnx, strict=True):
        check_agreement(what, by_torch.numpy(), other)

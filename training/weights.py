"""Reads the weights of an installed photo model back out of its graphs, to continue training from them."""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.blocks import Grown
from training.codec import PhotoCodec
from training.codec.exact import ExactConv
from training.codec.hyperprior import INDEX_UNIT
from training.codec.quality import Knots, trade_off
from training.codec.tables import CAUTION
from training.errors import TrainingError
from training.loop import Trainable

Weights = dict[str, Tensor]


class WeightsError(TrainingError):
    """The weights of an installed model do not fit; the message says why."""


def begin_with(folder: Path, model: Trainable) -> str:
    """Sets the weights of ``model`` to those installed in ``folder``; returns what these are, for the manifest.

    Parts that the installed one lacks stay as they begin, without effect: a deeper model begins as a shallower one.
    What a codec learned of a quality goes to the quality that has the same λ now.
    Raises WeightsError if there is none, or anything else does not fit.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        description = f"{manifest['name']} {manifest['version']}, {manifest['origin']['steps']:,} steps"
    except (OSError, ValueError, LookupError) as error:
        raise WeightsError(f"{folder} is no installed model: {error}") from error
    found = _stored(folder)
    for name, layer in model.named_modules():
        if isinstance(layer, ExactConv) and f"{name}.fraction" in found:
            found |= _prefixed(name, _thawed(layer, found, name))
    if isinstance(model, PhotoCodec):
        found |= _curves(model, found, folder / "entropy.npz")
    wanted = model.state_dict()
    new = tuple(f"{name}." for name in _new_parts(model, found))
    for name, weights in wanted.items():
        if not name.startswith(new) and (name not in found or found[name].shape != weights.shape):
            raise WeightsError(f"{folder} has no {name} of shape {list(weights.shape)}: it is of another recipe")
    model.load_state_dict({name: found.get(name, weights) for name, weights in wanted.items()})
    return description


def _stored(folder: Path) -> Weights:
    """All weights in the graphs of ``folder``, float32, by their names in torch."""
    return {
        weight.name.removesuffix("_stored").removeprefix("codec."): _to_tensor(numpy_helper.to_array(weight))
        for path in folder.glob("*.onnx")
        for weight in onnx.load(path).graph.initializer
    }


def _thawed(layer: ExactConv, found: Weights, name: str) -> Weights:
    """The weights from which the integers of a FrozenConv were rounded, as far as the integers tell."""
    weight, bias, fraction = (found[f"{name}.{part}"] for part in ("conv.weight", "conv.bias", "fraction"))
    half = (0.5 / fraction).floor()
    return {
        "weight": weight * fraction[..., None] / layer.gain,
        "bias": (bias - half.flatten()) * fraction.flatten() / layer.unit_out,
    }


def _curves(codec: PhotoCodec, found: Weights, tables: Path) -> Weights:
    """The knots of the installed curves, and those that come nearest to the tables' integers, at the codec's own λ."""
    if not tables.exists():
        raise WeightsError(f"{tables} does not exist: it is not of a codec")
    with np.load(tables) as file:
        mean, index, penalty = (_to_tensor(file[name]) for name in ("hyper_mean", "hyper_index", "penalty"))
    log_step = found["log_step.values"]
    least, most = (3 * penalty[[0, -1]] / CAUTION / log_step[[0, -1]].exp().square()).median(1).values.log()
    read = {}
    for name, layer in codec.named_modules():
        if isinstance(layer, Knots) and f"{name}.values" in found:
            wanted = trade_off(torch.linspace(0, 1, len(layer.values))).log()
            values = _at(found[f"{name}.values"], (wanted - least) / (most - least))
            if layer is codec.log_step:  # beyond what was known, Δ² ∝ 1 / λ
                values -= 0.5 * (wanted - wanted.clamp(least, most))[:, None]
            read[f"{name}.values"] = values
    places = (trade_off(torch.linspace(0, 1, len(mean))).log() - least) / (most - least)
    prior = codec.prior
    return read | {
        "prior.hyper_mean.values": prior.hyper_mean.nearest(_at(mean, places)),
        "prior.hyper_index.values": prior.hyper_index.nearest(_at(index / INDEX_UNIT, places)),
    }


def _at(curve: Tensor, places: Tensor) -> Tensor:
    """A curve's points [n, channels] over 0..1 at other ``places`` [m]: [m, channels]; beyond its ends it is level."""
    exact = places.clamp(0, 1) * (len(curve) - 1)
    before = exact.floor().long().clamp(max=len(curve) - 2)
    return torch.lerp(curve[before], curve[before + 1], (exact - before)[:, None])


def _new_parts(model: nn.Module, found: Weights) -> list[str]:
    parts = [name for name, layer in model.named_modules() if isinstance(layer, Grown)]
    return [name for name in parts if not any(other.startswith(f"{name}.") for other in found)]


def _prefixed(name: str, weights: Weights) -> Weights:
    return {f"{name}.{key}": value for key, value in weights.items()}


def _to_tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))

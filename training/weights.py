"""Reads the weights of an installed photo model back out of its graphs, to continue training from them."""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.blocks import Block
from training.codec.exact import ExactConv
from training.codec.hyperprior import INDEX_UNIT, Hyperprior
from training.errors import TrainingError
from training.loop import Trainable

Weights = dict[str, Tensor]


class WeightsError(TrainingError):
    """The weights of an installed model do not fit; the message says why."""


def begin_with(folder: Path, model: Trainable) -> str:
    """Sets the weights of ``model`` to those installed in ``folder``; returns what these are, for the manifest.

    Blocks that the installed one lacks stay what they begin as, identities: a deeper model begins as the shallower one.
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
        if isinstance(layer, Hyperprior):
            found |= _prefixed(name, _curves(layer, folder / "entropy.npz"))
    wanted = model.state_dict()
    new = tuple(f"{name}." for name in _new_blocks(model, found))
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


def _curves(prior: Hyperprior, tables: Path) -> Weights:
    """The knots whose curves come nearest to the integers stored for the 100 qualities."""
    if not tables.exists():
        raise WeightsError(f"{tables} does not exist: it is not of a codec")
    with np.load(tables) as file:
        mean, index = (_to_tensor(file[name]) for name in ("hyper_mean", "hyper_index"))
    return {
        "hyper_mean.values": prior.hyper_mean.nearest(mean),
        "hyper_index.values": prior.hyper_index.nearest(index / INDEX_UNIT),
    }


def _new_blocks(model: nn.Module, found: Weights) -> list[str]:
    blocks = [name for name, layer in model.named_modules() if isinstance(layer, Block)]
    return [name for name in blocks if not any(other.startswith(f"{name}.") for other in found)]


def _prefixed(name: str, weights: Weights) -> Weights:
    return {f"{name}.{key}": value for key, value in weights.items()}


def _to_tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))

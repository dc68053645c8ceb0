"""torch modules → ONNX graphs, small and without a trace of the machine that made them."""

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

SMALLEST_STORED = 1024
"""Weights of fewer numbers stay float32."""


def to_onnx(
    module: nn.Module,
    examples: tuple[Tensor, ...],
    given: list[str],
    gives: list[str],
    free: tuple[dict[int, Any], ...],
) -> onnx.ModelProto:
    """The graph of a module, its inputs and outputs named; ``free`` has each input's free axes, as torch.export."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of torchvision, which is not needed
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own deprecated calls
        path = Path(scratch) / "graph.onnx"
        torch.onnx.export(
            module,
            examples,
            path,
            input_names=given,
            output_names=gives,
            dynamic_shapes=free,
            dynamo=True,
            optimize=False,  # it would fold layers into weights that float16 does not hold
            external_data=False,
            verbose=False,
        )
        return _anonymous(onnx.load(path))


def _anonymous(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Drops what the exporter notes of the machine: the file and line that each node came from."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.input, *graph.graph.output):
        del part.metadata_props[:]
        part.ClearField("doc_string")
    return graph


def rounded(weights: Tensor) -> Tensor:
    """Weights as ``stored`` keeps them, so that torch and onnxruntime compute with the same."""
    large = weights.is_floating_point() and weights.numel() >= SMALLEST_STORED
    return weights.half().float() if large else weights


def _keep_shapes(graph: onnx.GraphProto) -> None:
    """Keeps the shapes of activations, without which onnxruntime moves them from one layout to another and back."""
    known = [value for value in graph.value_info if any(dim.dim_param for dim in value.type.tensor_type.shape.dim)]
    del graph.value_info[:]
    for value in known:
        del value.metadata_props[:]
        graph.value_info.append(value)


def stored(graph: onnx.ModelProto, dtype: type[np.float16] | type[np.int16] = np.float16) -> bytes:
    """The file: large weights in two bytes each; a Cast to float32, folded when the graph is loaded, follows each.

    Raises ValueError if integers are to be stored as int16 and are none, or too large.
    """
    casts = []
    for weight in graph.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < SMALLEST_STORED:
            continue
        name, small = weight.name, values.astype(dtype)
        if dtype is np.int16 and not np.array_equal(small.astype(np.float32), values):
            raise ValueError(f"{name} does not fit int16")
        weight.CopyFrom(numpy_helper.from_array(small, f"{name}_stored"))
        casts.append(helper.make_node("Cast", [weight.name], [name], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.graph.node.insert(0, cast)
    _keep_shapes(graph.graph)
    onnx.checker.check_model(graph, full_check=True)
    content: bytes = graph.SerializeToString()
    return content

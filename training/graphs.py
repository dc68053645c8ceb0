"""torch modules → ONNX graphs that are small and reveal nothing about the machine that made them."""

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
"""Weight tensors with fewer numbers than this stay float32."""


def to_onnx(
    module: nn.Module,
    examples: tuple[Tensor, ...],
    given: list[str],
    gives: list[str],
    free: tuple[dict[int, Any], ...],
) -> onnx.ModelProto:
    """The graph of a module, its inputs called ``given`` and its outputs ``gives``.

    ``free`` has the axes of each input that may vary, as in torch.export's ``dynamic_shapes``.
    """
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
    """Drops the file and line of each node, which the exporter notes."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.input, *graph.graph.output):
        del part.metadata_props[:]
        part.ClearField("doc_string")
    return graph


def rounded(weights: Tensor) -> Tensor:
    """The weights rounded to float16 if ``stored`` keeps them so: torch then computes with what the file holds."""
    large = weights.is_floating_point() and weights.numel() >= SMALLEST_STORED
    return weights.half().float() if large else weights


def _keep_shapes(graph: onnx.GraphProto) -> None:
    """Keeps the shapes of activations: without them, onnxruntime converts layouts back and forth."""
    known = [value for value in graph.value_info if any(dim.dim_param for dim in value.type.tensor_type.shape.dim)]
    del graph.value_info[:]
    for value in known:
        del value.metadata_props[:]
        graph.value_info.append(value)


def stored(graph: onnx.ModelProto, dtype: type[np.float16] | type[np.int16] = np.float16) -> bytes:
    """The bytes of the ONNX file, with two bytes for each number of a large weight tensor.

    A Cast to float32 follows each such tensor; onnxruntime folds it when it loads the graph. Raises ValueError if
    ``dtype`` is int16 and a weight is no integer, or too large.
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

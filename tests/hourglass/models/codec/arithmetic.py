"""The integer graphs in other arithmetic than onnxruntime's: plain int64, torch's float32, and the size of sums."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor

from hourglass.models.runtime import Array

Value = TypeVar("Value")

Network = Callable[..., list[Array]]
"""What a Session does: float32 arrays [1, channels, height, width] that hold integers → such arrays."""

Operator = Callable[..., Value]
Integers = NDArray[np.int64]


class Interpreter(Generic[Value]):
    """Runs a graph an operator at a time. An operator takes its inputs, and its attributes by name."""

    def __init__(self, file: Path, operators: dict[str, Operator[Value]], to: Callable[[NDArray[Any]], Value]) -> None:
        """``to`` makes of the graph's own arrays what the operators take."""
        graph = onnx.load(file).graph
        self._nodes, self._operators, self._to = list(graph.node), operators, to
        self._weights = {weight.name: to(numpy_helper.to_array(weight)) for weight in graph.initializer}
        self._inputs, self._outputs = ([part.name for part in parts] for parts in (graph.input, graph.output))

    def __call__(self, *inputs: Value) -> list[Value]:
        values = dict(self._weights)
        values.update(zip(self._inputs, inputs, strict=True))
        for node in self._nodes:
            given = {part.name: helper.get_attribute_value(part) for part in node.attribute}
            if node.op_type == "Constant":
                result = self._to(numpy_helper.to_array(given["value"]))
            else:
                result = self._operators[node.op_type](*(values[name] for name in node.input), **given)
            values[node.output[0]] = result
        return [values[name] for name in self._outputs]


def _same(a: Value, *_: Value, **__: object) -> Value:
    return a


def in_int64(file: Path) -> Network:
    """No floating-point number anywhere; a product with 2⁻ᵏ and the floor after it are a shift by k."""

    def conv(a: Integers, weight: Integers, bias: Integers, *, pads: list[int], group: int, **_: object) -> Integers:
        height, width = a.shape[2:]
        padded = np.pad(a[0], ((0, 0), (pads[0], pads[2]), (pads[1], pads[3])))
        out = np.tile(bias[:, None], height * width).reshape(group, -1, height * width)
        grouped = weight.reshape(group, -1, *weight.shape[1:])
        for row in range(weight.shape[2]):
            for column in range(weight.shape[3]):
                part = padded[:, row : row + height, column : column + width]
                out += grouped[..., row, column] @ part.reshape(group, -1, height * width)
        return np.asarray(out.reshape(1, -1, height, width))

    def shuffle(a: Integers, *, blocksize: int, mode: bytes) -> Integers:
        assert mode == b"CRD"
        _, channels, height, width = a.shape
        parts = a.reshape(channels // blocksize**2, blocksize, blocksize, height, width)
        return parts.transpose(0, 3, 1, 4, 2).reshape(1, -1, height * blocksize, width * blocksize)

    operators: dict[str, Operator[Integers]] = {
        "Cast": _same,
        "CastLike": _same,
        "Floor": _same,
        "Conv": conv,
        "DepthToSpace": shuffle,
        "Mul": lambda a, shift: a >> shift,
        "Max": np.maximum,
        "Min": np.minimum,
        "Concat": lambda *parts, axis: np.concatenate(parts, axis),
    }
    run = Interpreter(file, operators, _to_int64)
    return lambda *inputs: [out.astype(np.float32) for out in run(*(a.astype(np.int64) for a in inputs))]


def _to_int64(values: NDArray[Any]) -> Integers:
    """The integers; of the fractions 2⁻ᵏ, which alone are of shape [channels, 1, 1], or of none and below 1, the k."""
    if values.ndim == 3 or (values.ndim == 0 and 0 < values < 1):
        values = -np.log2(values)
    assert np.array_equal(values, np.rint(values))
    return values.astype(np.int64)


def in_torch(file: Path) -> Network:
    """torch's convolutions, float32."""
    operators: dict[str, Operator[Tensor]] = {
        "Cast": lambda a, *, to: a.float(),
        "CastLike": _same,
        "Floor": torch.floor,
        "Conv": lambda a, weight, bias, *, pads, group, **_: F.conv2d(a, weight, bias, padding=pads[0], groups=group),
        "DepthToSpace": lambda a, *, blocksize, mode: F.pixel_shuffle(a, blocksize),
        "Mul": torch.mul,
        "Max": torch.maximum,
        "Min": torch.minimum,
        "Concat": lambda *parts, axis: torch.cat(parts, axis),
    }
    run = Interpreter(file, operators, lambda values: torch.from_numpy(values.copy()))

    @torch.inference_mode()
    def network(*inputs: Array) -> list[Array]:
        outputs: list[Tensor] = run(*(torch.from_numpy(np.ascontiguousarray(a)) for a in inputs))
        return [out.numpy() for out in outputs]

    return network


def in_onnxruntime(file: Path, threads: int, level: ort.GraphOptimizationLevel) -> Network:
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.graph_optimization_level = threads, level
    session = ort.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    return lambda *inputs: session.run(None, dict(zip(names, inputs, strict=True)))


def largest_sums(file: Path, *limits: int) -> list[int]:
    """What each convolution's partial sums may reach, whatever their order, of inputs of at most ``limits`` in size."""
    sums = []

    def conv(limit: Integers, weight: Integers, bias: Integers, **_: object) -> Integers:
        reach = np.asarray((limit * np.abs(weight).sum((1, 2, 3)) + np.abs(bias)).max())
        sums.append(int(reach))
        return reach

    operators: dict[str, Operator[Integers]] = {
        "Cast": _same,
        "CastLike": _same,
        "Floor": _same,
        "Conv": conv,
        "DepthToSpace": _same,
        "Mul": _same,  # by 1 at most
        "Max": _same,  # the lower bounds are no further from zero than the upper ones
        "Min": np.minimum,
        "Concat": lambda *parts, axis: np.maximum(*parts),
    }
    Interpreter(file, operators, _to_int64)(*(np.asarray(limit) for limit in limits))
    return sums

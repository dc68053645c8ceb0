"""A model whose encoder does what a pixel asks of it: work for as long as wished, hang, or raise.

No mock: an ONNX graph of plain operators, installed with a manifest like any other model. Its first pixel is the
demand, and a batch gets the greatest of its images. Where the demand is 0, it is fashion-undercomplete itself.
"""

import hashlib
import json
import shutil
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tests.conftest import MODELS, to_file

NAME = "fashion-undercomplete"
HANGS, RAISES = 254, 255
"""Demands: work for centuries; an index that no tensor has, which onnxruntime finds while it runs."""

UNIT_SECONDS = 0.01
SIDE = 256
"""The unit of work is a product of SIDE×SIDE matrices, large enough that onnxruntime would split it among threads."""


def demanding(demand: int) -> bytes:
    """A PNG that asks for ``demand`` × UNIT_SECONDS of one core's work at least, 0..253; or HANGS, or RAISES."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[0, 0] = demand
    return to_file(pixels)


def install(models: Path) -> None:
    """Puts the model into the folder ``models``, under NAME, so that it is the default of /encode and its like."""
    folder = models / NAME
    shutil.copytree(MODELS / NAME, folder)
    encoder = onnx.load(folder / "encoder.onnx")
    _prepend(encoder, _repeats())
    data = encoder.SerializeToString()
    (folder / "encoder.onnx").write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["default_for"] = ["encode", "decode", "anomaly-score"]
    manifest["graphs"]["encoder"]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _repeats() -> int:
    """How many repeats of the work take this machine UNIT_SECONDS of CPU time, so that they never take less."""
    encoder = onnx.load(MODELS / NAME / "encoder.onnx")
    _prepend(encoder, 1)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(encoder.SerializeToString(), options)
    x = np.zeros((1, 1, 28, 28), np.float32)
    x[0, 0, 0, 0] = 200 / 255
    session.run(None, {"x": x})
    began = time.thread_time()
    session.run(None, {"x": x})
    return max(1, round(200 * UNIT_SECONDS / (time.thread_time() - began)))


def _prepend(model: onnx.ModelProto, repeats: int) -> None:
    """x → x · max(a), where a is all ones after as many products with the identity as the first pixel asks for."""
    trips = np.arange(RAISES, dtype=np.int64) * repeats
    trips[HANGS] = 1 << 62
    constants: dict[str, NDArray[np.generic]] = {
        "trips": trips,
        "start": np.zeros(2, np.int64),
        "end": np.ones(2, np.int64),
        "plane": np.array([2, 3], np.int64),
        "white": np.array(255, np.float32),
        "ones": np.ones((SIDE, SIDE), np.float32),
        "identity": np.eye(SIDE, dtype=np.float32),
    }
    for node in model.graph.node:
        node.input[:] = ["demanded_x" if name == "x" else name for name in node.input]
    nodes = [
        helper.make_node("Slice", ["x", "start", "end", "plane"], ["first_pixels"]),
        helper.make_node("ReduceMax", ["first_pixels"], ["first_pixel"], keepdims=0),
        helper.make_node("Mul", ["first_pixel", "white"], ["scaled"]),
        helper.make_node("Round", ["scaled"], ["rounded"]),
        helper.make_node("Cast", ["rounded"], ["demand"], to=TensorProto.INT64),
        helper.make_node("Gather", ["trips", "demand"], ["trip_count"]),
        helper.make_node("Loop", ["trip_count", "", "ones"], ["a"], body=_product()),
        helper.make_node("ReduceMax", ["a"], ["one"], keepdims=0),
        helper.make_node("Mul", ["x", "one"], ["demanded_x"]),
    ]
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    onnx.checker.check_model(model)


def _product() -> onnx.GraphProto:
    """The body of the loop: a → a · identity."""
    matrix = (TensorProto.FLOAT, [SIDE, SIDE])
    return helper.make_graph(
        [
            helper.make_node("Identity", ["goes_on"], ["goes_on_still"]),
            helper.make_node("MatMul", ["before", "identity"], ["after"]),
        ],
        "product",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", *matrix),
        ],
        [
            helper.make_tensor_value_info("goes_on_still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", *matrix),
        ],
    )

"""What a graph's file keeps, and what it does not."""

import onnx
import torch
from torch import nn
from torch.export import Dim

from training.graphs import SMALLEST_STORED, rounded, stored, to_onnx


def make() -> onnx.ModelProto:
    """Of a file, a small convolution and a large one over images of any height."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 32, 3, padding=1), nn.PixelShuffle(2))
    graph = to_onnx(module, (torch.zeros(1, 3, 16, 16),), ["x"], ["y"], ({2: Dim("height", max=99)},))
    return onnx.load_model_from_string(stored(graph))


def test_large_weights_take_two_bytes_and_small_ones_four() -> None:
    sizes = {weight.name: weight.data_type for weight in make().graph.initializer}
    assert sizes["1.weight_stored"] == onnx.TensorProto.FLOAT16
    assert sizes["0.weight"] == sizes["1.bias"] == onnx.TensorProto.FLOAT


def test_rounded_weights_are_those_that_are_stored() -> None:
    small, large = torch.rand(SMALLEST_STORED - 1), torch.rand(SMALLEST_STORED)
    assert torch.equal(rounded(small), small)
    assert torch.equal(rounded(large), large.half().float())


def test_activations_keep_their_shapes_and_nothing_tells_of_the_machine() -> None:
    model = make()
    shapes = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in model.graph.value_info
    }
    convolved = [shapes[node.output[0]] for node in model.graph.node if node.op_type == "Conv"]
    assert convolved == [[1, 8, "height", 16], [1, 32, "height", 16]]
    parts = (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input)
    assert not any(part.metadata_props or part.doc_string for part in parts)

"""An autoencoder for photographs, untrained: how long it takes does not depend on what its weights are."""

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from hourglass.bitstream.tables import LatentTables
from hourglass.models.files import write_manifest
from hourglass.models.manifest import File, Graphs, Input, Latent, Origin, VectorManifest
from hourglass.models.scale import AnomalyScale

WIDTH, HEIGHT = 768, 512
CHANNELS = (3, 48, 96, 128, 4)
KERNEL = 5
FACTOR = 2 ** (len(CHANNELS) - 1)
LATENT = (CHANNELS[-1], HEIGHT // FACTOR, WIDTH // FACTOR)
SIZE = int(np.prod(LATENT))
SEED = 0


def multiplications_per_pixel() -> float:
    """Multiply-accumulates of encoder and decoder, for each pixel of the image."""
    layers = enumerate(pairwise(CHANNELS), 1)
    return 2.0 * sum(given * gives * KERNEL**2 / 4.0**depth for depth, (given, gives) in layers)


def write_photo_model(folder: Path) -> Path:
    """Writes an installed model of 3×512×768 into ``folder``, which it makes; returns the folder."""
    random = np.random.default_rng(SEED)
    tables = LatentTables(np.ones(SIZE, np.float32), np.zeros(SIZE, np.int32), np.ones((SIZE, 2), np.uint16))
    contents = {
        "encoder.onnx": _encoder(random).SerializeToString(),
        "decoder.onnx": _decoder(random).SerializeToString(),
        "entropy.npz": tables.write(),
    }
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = {name: File(file=name, sha256=hashlib.sha256(content).hexdigest()) for name, content in contents.items()}
    write_manifest(folder, _manifest(folder.name, files))
    return folder


def _encoder(random: np.random.Generator) -> onnx.ModelProto:
    nodes, weights, value = [], [], "x"
    for depth, (given, gives) in enumerate(pairwise(CHANNELS)):
        weights.append(_weights(random, f"w{depth}", (gives, given, KERNEL, KERNEL), given))
        nodes += [
            helper.make_node("Conv", [value, f"w{depth}"], [f"c{depth}"], strides=[2, 2], pads=[2, 2, 2, 2]),
            helper.make_node("Relu", [f"c{depth}"], [f"a{depth}"]),
        ]
        value = f"a{depth}"
    nodes.append(helper.make_node("Flatten", [value], ["z"]))
    return _graph(nodes, weights, ("x", (CHANNELS[0], HEIGHT, WIDTH)), ("z", (SIZE,)))


def _decoder(random: np.random.Generator) -> onnx.ModelProto:
    weights = [numpy_helper.from_array(np.array([-1, *LATENT]), "shape")]
    nodes, value = [helper.make_node("Reshape", ["z", "shape"], ["a"])], "a"
    upwards = CHANNELS[::-1]
    for depth, (given, gives) in enumerate(pairwise(upwards)):
        last = depth == len(upwards) - 2
        weights.append(_weights(random, f"w{depth}", (given, gives, KERNEL, KERNEL), given))
        nodes += [
            helper.make_node(
                "ConvTranspose",
                [value, f"w{depth}"],
                [f"c{depth}"],
                strides=[2, 2],
                pads=[2, 2, 2, 2],
                output_padding=[1, 1],
            ),
            helper.make_node("Sigmoid" if last else "Relu", [f"c{depth}"], ["x_hat" if last else f"a{depth}"]),
        ]
        value = f"a{depth}"
    return _graph(nodes, weights, ("z", (SIZE,)), ("x_hat", (CHANNELS[0], HEIGHT, WIDTH)))


def _weights(random: np.random.Generator, name: str, shape: tuple[int, ...], fan_in: int) -> onnx.TensorProto:
    values: NDArray[np.float32] = random.standard_normal(shape, np.float32) / np.float32(KERNEL * fan_in**0.5)
    return numpy_helper.from_array(values, name)


def _graph(
    nodes: list[onnx.NodeProto],
    weights: list[onnx.TensorProto],
    given: tuple[str, tuple[int, ...]],
    gives: tuple[str, tuple[int, ...]],
) -> onnx.ModelProto:
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]) for name, shape in (given, gives)]
    graph = helper.make_graph(nodes, "photo", ends[:1], ends[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def _manifest(name: str, files: dict[str, File]) -> VectorManifest:
    return VectorManifest(
        name=name,
        version="1.0.0",
        type="undercomplete",
        summary="Random weights, for timing only.",
        tasks=["anomaly-score"],
        default_for=["anomaly-score"],
        input=Input(channels=3, height=HEIGHT, width=WIDTH),
        latent=Latent(size=SIZE),
        graphs=Graphs(encoder=files["encoder.onnx"], decoder=files["decoder.onnx"]),
        entropy=files["entropy.npz"],
        anomaly=AnomalyScale(images=101, quantiles=[step / 100 for step in range(101)], false_alarm_rate=0.01),
        origin=Origin(
            dataset="none",
            licence="none",
            images=0,
            command="python -m benchmarks.serving run",
            seed=SEED,
            steps=0,
            seconds=0,
            device="none",
            torch="none",
        ),
        metrics={},
    )

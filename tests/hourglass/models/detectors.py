"""A detector whose heat is known: how bright each cell of the image is on average."""

import hashlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from hourglass.imaging import Pixels
from hourglass.models.files import write_manifest
from hourglass.models.manifest import AnomalyManifest, File, Input, Origin
from hourglass.models.scale import AnomalyScale

NAME = "bright-parts"
HOT = 0.25

Heat = Literal["brightness", "fragile", "nan", "planes", "one"]
"""``fragile`` is infinite where a cell is white; ``planes`` has an axis too many; ``one`` is of one image only."""


def write_detector(
    models: Path,
    heat: Heat = "brightness",
    side: int = 128,
    channels: Literal[1, 3] = 1,
    grid: tuple[int, int] = (7, 7),
    name: str = NAME,
    **changes: object,
) -> Path:
    """Writes ``models/name``; ``side`` is a multiple of twice one more than the rows and columns of ``grid``."""
    folder = models / name
    folder.mkdir(exist_ok=True)
    graph = make_graph(heat, side, channels, grid)
    (folder / "heat.onnx").write_bytes(graph)
    said: dict[str, Any] = {
        "name": name,
        "version": "1.0.0",
        "type": "undercomplete",
        "summary": "Finds what is bright.",
        "tasks": ["anomaly-score"],
        "family": "anomaly",
        "input": Input(channels=channels, height=side, width=side),
        "graph": File(file="heat.onnx", sha256=hashlib.sha256(graph).hexdigest()),
        "anomaly": AnomalyScale(images=101, quantiles=[step / 100 for step in range(101)], false_alarm_rate=0.5),
        "hot": HOT,
        "origin": Origin(
            dataset="none",
            licence="none",
            images=0,
            command="none",
            seed=0,
            steps=0,
            seconds=0,
            device="none",
            torch="none",
        ),
        "metrics": {},
    }
    write_manifest(folder, AnomalyManifest(**{**said, **changes}))
    return folder


def brightness(pixels: Pixels, rows: int, columns: int) -> NDArray[np.float64]:
    """The heat that is to be found in uint8 [side, side, channels]: float64 [rows, columns]."""
    down, across = pixels.shape[0] // (rows + 1), pixels.shape[1] // (columns + 1)
    inner = pixels.mean(axis=2)[down // 2 : -(down // 2), across // 2 : -(across // 2)] / 255
    return np.asarray(inner.reshape(rows, down, columns, across).mean(axis=(1, 3)))


def make_graph(heat: Heat, side: int, channels: int, grid: tuple[int, int]) -> bytes:
    """x → heat, an ONNX graph: cells lie half a cell from the border."""
    cell = [side // (count + 1) for count in grid]
    constants: dict[str, NDArray[Any]] = {
        "channel": np.array([1], np.int64),
        "starts": np.array([each // 2 for each in cell], np.int64),
        "ends": np.array([-(each // 2) for each in cell], np.int64),
        "axes": np.array([2, 3], np.int64),
        "first": np.array([0], np.int64),
        "one": np.array([1], np.float32),
        "nan": np.array([np.nan], np.float32),
    }
    nodes = [
        helper.make_node("ReduceMean", ["x", "channel"], ["gray"]),
        helper.make_node("Slice", ["gray", "starts", "ends", "axes"], ["inner"]),
        helper.make_node("AveragePool", ["inner"], ["planes"], kernel_shape=cell, strides=cell),
        helper.make_node("Squeeze", ["planes", "channel"], ["cells"]),
    ]
    if heat == "planes":
        nodes[-1] = helper.make_node("Identity", ["planes"], ["heat"])
    elif heat == "fragile":
        nodes += [
            helper.make_node("Sub", ["one", "cells"], ["dark"]),
            helper.make_node("Div", ["cells", "dark"], ["heat"]),
        ]
    elif heat == "one":
        nodes.append(helper.make_node("ReduceMean", ["cells", "first"], ["heat"]))
    else:
        nodes.append(helper.make_node("Mul", ["cells", "nan" if heat == "nan" else "one"], ["heat"]))
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", channels, side, side])
    gives = helper.make_tensor_value_info("heat", TensorProto.FLOAT, None)
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "heat", [given], [gives], weights)
    made: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8
    ).SerializeToString()
    return made

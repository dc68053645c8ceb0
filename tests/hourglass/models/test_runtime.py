"""Devices, cores and graphs."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from hourglass.errors import BrokenModel, NoCuda
from hourglass.models.runtime import Graph, _cgroup_quota, usable_cores
from tests.conftest import MODELS

ENCODER = MODELS / "fashion-undercomplete" / "encoder.onnx"


@pytest.mark.parametrize(
    ("text", "cores"), [("200000 100000\n", 2.0), ("50000 100000\n", 0.5), ("max 100000\n", None), ("?", None)]
)
def test_quota_of_cgroup_v2(tmp_path: Path, text: str, cores: float | None) -> None:
    (tmp_path / "cpu.max").write_text(text, encoding="utf-8")
    assert _cgroup_quota(tmp_path) == cores


@pytest.mark.parametrize(("quota", "cores"), [("150000", 1.5), ("-1", None)])
def test_quota_of_cgroup_v1(tmp_path: Path, quota: str, cores: float | None) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota, encoding="utf-8")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000", encoding="utf-8")
    assert _cgroup_quota(tmp_path) == cores


def test_no_cgroup_is_no_quota(tmp_path: Path) -> None:
    assert _cgroup_quota(tmp_path) is None


def test_usable_cores_are_no_more_than_the_process_may_run_on() -> None:
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))


@pytest.mark.skipif("CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="it may run here")
def test_cuda_where_there_is_none_is_told() -> None:
    with pytest.raises(NoCuda, match="without CUDA"):
        Graph(ENCODER.read_bytes(), "cuda")


def test_onnxruntime_is_told_to_report_nothing() -> None:
    code = "import os, hourglass.models.runtime; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "1\n"


def test_graph_tells_its_shapes() -> None:
    graph = Graph(ENCODER.read_bytes(), "cpu")
    assert (graph.input_shape, graph.output_shape) == ((1, 28, 28), (32,))


def test_graph_runs_from_many_threads_at_once() -> None:
    graph = Graph(ENCODER.read_bytes(), "cpu")
    batches = [np.full((size, 1, 28, 28), size / 8, np.float32) for size in range(1, 9)]
    alone = [graph(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(graph, batches))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_bytes_that_are_no_graph_are_refused() -> None:
    with pytest.raises(BrokenModel, match="onnxruntime does not take it"):
        Graph(b"no graph", "cpu")

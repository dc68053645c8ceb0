"""onnxruntime sessions: on which device, with how many threads."""

import os
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from service.errors import BrokenModel

Device = Literal["cpu", "cuda"]
Array = NDArray[np.float32]


def usable_cores() -> int:
    """The cores this process may use: its affinity, and the cgroup's quota where a container sets one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _cgroup_quota(Path("/sys/fs/cgroup"))
    return max(1, min(cores, int(quota))) if quota else cores


def _cgroup_quota(root: Path) -> float | None:
    """Cores by CPU quota, from cgroup v2 (``cpu.max``) or v1; None where there is no limit."""
    try:
        if (root / "cpu.max").exists():
            quota, period = (root / "cpu.max").read_text().split()
        else:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu/cpu.cfs_period_us").read_text().strip()
        return None if quota in {"max", "-1"} else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def choose_device(wanted: Literal["auto", "cpu", "cuda"]) -> Device:
    """The device to run on. ``auto`` falls back to the CPU; ``cuda`` raises BrokenModel where there is none."""
    if wanted == "cpu":
        return "cpu"
    if "CUDAExecutionProvider" in ort.get_available_providers():
        return "cuda"
    if wanted == "cuda":
        raise BrokenModel("HOURGLASS_DEVICE=cuda, but this onnxruntime has no CUDA provider; install the gpu extra")
    return "cpu"


class Graph:
    """One ONNX graph with one input and one output, both float32 with the batch first. Safe to run from many threads.

    A session runs on the thread that calls it: with one intra-op thread onnxruntime keeps no pool, so two callers use
    two cores and an idle service uses none.
    """

    def __init__(self, model: bytes, device: Device) -> None:
        """Loads an ONNX graph. Raises BrokenModel if onnxruntime does not take it."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CUDAExecutionProvider", "CPUExecutionProvider"] if device == "cuda" else ["CPUExecutionProvider"]
        try:
            self._session = ort.InferenceSession(model, options, providers=providers)
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"onnxruntime does not take it: {str(error).splitlines()[0][:200]}") from error
        self._input = self._session.get_inputs()[0].name
        batch, *shape = self._session.get_inputs()[0].shape
        if isinstance(batch, int):
            raise BrokenModel(f"it takes batches of {batch} only; its first axis must be free")
        self.input_shape = tuple(shape)
        self.output_shape = tuple(self._session.get_outputs()[0].shape[1:])
        self.device: Device = "cuda" if "CUDAExecutionProvider" in self._session.get_providers() else "cpu"

    def __call__(self, batch: Array) -> Array:
        """Runs ``batch`` float32 [n, ...] through the graph."""
        return np.asarray(self._session.run(None, {self._input: batch})[0], np.float32)

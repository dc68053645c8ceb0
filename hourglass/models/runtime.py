"""onnxruntime sessions: on which device, with how many threads."""

import os
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from hourglass.errors import BrokenModel, NoCuda

Device = Literal["cpu", "cuda"]
Array = NDArray[np.float32]

_CUDA = "CUDAExecutionProvider"
_SILENT = 4  # what goes wrong is raised; onnxruntime would also write it to standard error


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


class Session:
    """One ONNX graph; its inputs and outputs are float32. Safe to run from many threads.

    With one thread it runs on the thread that calls it: onnxruntime keeps no pool, so two callers use two cores and an
    idle service uses none. With more, callers take turns: one run has all of them, and memory is that of one run.
    """

    def __init__(self, model: bytes, device: Device, threads: int = 1, keeps_memory: bool = False) -> None:
        """Loads an ONNX graph. Raises BrokenModel if onnxruntime does not take it, NoCuda if CUDA does not start.

        What a run took goes back to the system, as inputs of any size would add up, unless it ``keeps_memory`` for the
        next one, which is faster for those of one size.
        """
        if device == "cuda" and _CUDA not in ort.get_available_providers():
            raise NoCuda("this onnxruntime is built without CUDA")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _SILENT
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = [_CUDA, "CPUExecutionProvider"] if device == "cuda" else ["CPUExecutionProvider"]
        try:
            self._session = ort.InferenceSession(model, options, providers=providers)
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"onnxruntime does not take it: {str(error).splitlines()[0][:200]}") from error
        if device == "cuda" and _CUDA not in self._session.get_providers():  # onnxruntime falls back without a word
            raise NoCuda("onnxruntime has CUDA, but it does not start here: no GPU, or its libraries are missing")
        self._session._model_bytes = None  # kept by onnxruntime for another try that is never made
        self._turn = threading.Lock() if threads > 1 else nullcontext()
        self._arenas = "" if keeps_memory else "cpu:0;gpu:0" if device == "cuda" else "cpu:0"
        self._inputs = [given.name for given in self._session.get_inputs()]
        self.shapes = [part.shape for part in (*self._session.get_inputs(), *self._session.get_outputs())]
        """Of the inputs and then the outputs; a free axis is None or a name."""

        self._running: dict[ort.RunOptions, int] = {}
        """Each run in progress, and the thread it runs on."""

    def __call__(self, *inputs: Array) -> list[Array]:
        """The graph's outputs, in its order, of its inputs, in theirs. Raises whatever onnxruntime does, also when
        stopped."""
        run = ort.RunOptions()
        run.log_severity_level = _SILENT
        if self._arenas:
            run.add_run_config_entry("memory.enable_memory_arena_shrinkage", self._arenas)
        with self._turn:
            self._running[run] = threading.get_ident()
            try:
                outputs = self._session.run(None, dict(zip(self._inputs, inputs, strict=True)), run)
            finally:
                del self._running[run]
        return [np.asarray(output, np.float32) for output in outputs]

    def stop(self, thread: int | None = None) -> None:
        """Ends the runs in progress, or the one on a ``thread``, before their next operator."""
        for run, its in tuple(self._running.items()):
            if thread in {None, its}:
                run.terminate = True


class Graph:
    """A graph with one input and one output, both with the batch first, of a fixed size otherwise."""

    def __init__(self, model: bytes, device: Device) -> None:
        """As Session; raises BrokenModel, too, where the batch is not free."""
        self._session = Session(model, device, keeps_memory=True)
        batch, *shape = self._session.shapes[0]
        if isinstance(batch, int):
            raise BrokenModel(f"it takes batches of {batch} only; its first axis must be free")
        self.input_shape = tuple(shape)
        self.output_shape = tuple(self._session.shapes[1][1:])

    def __call__(self, batch: Array) -> Array:
        """Its output for a ``batch`` float32 [n, ...]. Raises whatever onnxruntime does, also when stopped."""
        return self._session(batch)[0]

    def stop(self, thread: int | None = None) -> None:
        """Ends the runs in progress, or the one on a ``thread``."""
        self._session.stop(thread)

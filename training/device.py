"""What a run is made on."""

import platform
from functools import cache
from pathlib import Path

import torch


def describe_device(device: str) -> str:
    """The GPU's name, or the processor's and the number of threads, for the manifest."""
    if device == "cuda":
        return str(torch.cuda.get_device_name())
    threads = torch.get_num_threads()
    return f"{threads} thread{'s' if threads != 1 else ''} of {_processor()}"


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def has_bfloat16(device: str) -> bool:
    """Whether products in bfloat16 are faster than in float32: on a processor without them they are slower."""
    return device == "cuda" or not {"avx512_bf16", "amx_bf16"}.isdisjoint(_cpuinfo("flags").split())


@cache
def _cpuinfo(key: str) -> str:
    """A field of Linux's /proc/cpuinfo, of the first processor; empty where there is none."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")

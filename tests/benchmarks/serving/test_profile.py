"""Samples of the stack by kind of code."""

from importlib.util import find_spec

from benchmarks.serving.profile import CODE, IDLE, shares
from benchmarks.serving.work import ROOT

OURS = ("hourglass", "service")


def test_stack_samples_belong_to_their_innermost_known_code_and_waiting_threads_to_none() -> None:
    stacks = """\
serve (uvicorn/server.py:70);open (PIL/Image.py:3000);read (io.py:5) 3
serve (uvicorn/server.py:70);endpoint (service/api/anomaly.py:60) 1
_bootstrap (threading.py:1000);Worker._work (service/scheduling/workers.py:28) 100
_bootstrap (threading.py:1000);Worker._work (service/scheduling/workers.py:28);run (onnxruntime/capi/session.py:4) 4"""
    assert shares(stacks) == {"inference": 0.5, "image decoding": 0.375, "the service's own endpoints": 0.125}


def test_all_code_that_is_named_exists() -> None:
    for path in (*IDLE, *(path for paths in CODE.values() for path in paths)):
        package = path.partition("/")[0].removesuffix(".py")
        assert (ROOT / path).exists() if package in OURS else find_spec(package), path

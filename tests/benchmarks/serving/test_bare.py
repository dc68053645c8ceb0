"""The loops without a server."""

from collections.abc import Callable

import pytest

from benchmarks.serving import bare
from benchmarks.serving.work import Work


@pytest.mark.parametrize("loop", [bare.by_processes, bare.by_threads])
def test_every_image_is_counted(small: Work, loop: Callable[[Work, int, float], bare.Bare]) -> None:
    one, many = loop(small, 1, 0.2), loop(small, 32, 0.2)
    assert one.images == len(one.calls) > 0
    assert many.images % len(many.calls) == 0
    assert many.images > len(many.calls)
    assert 0 < one.percentile_ms(50) <= one.percentile_ms(99)
    assert min(one.memory, one.cpu_seconds) > 0

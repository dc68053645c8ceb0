"""What a run was made on, as its manifest says it."""

import pytest
import torch

from training import device
from training.device import describe_device, has_bfloat16


def test_processor_and_threads_are_told() -> None:
    threads = torch.get_num_threads()
    assert describe_device("cpu").startswith(f"{threads} thread{'s' if threads != 1 else ''} of ")


@pytest.mark.parametrize(("flags", "able"), [("avx2 avx512_bf16", True), ("amx_bf16", True), ("avx2 avx512f", False)])
def test_bfloat16_is_used_where_the_processor_has_it(flags: str, able: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_cpuinfo", lambda key: flags)
    assert has_bfloat16("cpu") is able
    assert has_bfloat16("cuda")

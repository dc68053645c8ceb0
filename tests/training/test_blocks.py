"""Identities that can learn."""

import torch

from training.blocks import Block, FullConv2d


def test_a_block_begins_as_the_identity_and_can_learn() -> None:
    torch.manual_seed(0)
    block, h = Block(8), torch.randn(2, 8, 5, 5)
    assert torch.equal(block(h), h)
    block(h).square().sum().backward()
    assert block.project.weight.grad is not None and block.project.weight.grad.abs().sum() > 0


def test_a_scale_of_one_changes_nothing_and_of_zero_all() -> None:
    torch.manual_seed(0)
    block, h = Block(8), torch.randn(2, 8, 5, 5)
    torch.nn.init.normal_(block.project.weight)
    assert torch.equal(block(h, torch.ones(2, 8, 1, 1)), block(h))
    assert torch.equal(block(h, torch.zeros(2, 8, 1, 1)), h)


def test_a_full_convolution_stays_in_float32_among_coarse_ones() -> None:
    torch.manual_seed(0)
    full, x = FullConv2d(3, 8, 3), torch.rand(1, 3, 9, 9)
    expected = full(x)
    with torch.autocast("cpu", torch.bfloat16):
        coarse = torch.nn.functional.conv2d(x, full.weight, full.bias)
        assert coarse.dtype == torch.bfloat16
        assert torch.equal(full(x), expected)
        assert full(coarse[:, :3]).dtype == torch.float32

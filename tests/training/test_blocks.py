"""Identities that can learn."""

import torch

from training.blocks import Block


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

"""Principal components at the start; then identities that can learn."""

import torch
from torch import Tensor

from training.codec import PhotoCodec
from training.codec.transforms import FEATURES, Block, Knots, components


def test_components_are_the_strongest_directions() -> None:
    torch.manual_seed(0)
    rows = torch.randn(4000, 6) * torch.tensor([1.0, 3.0, 0.2, 5.0, 0.5, 2.0])
    found = components(rows, 3)
    assert torch.allclose(found.basis.T @ found.basis, torch.eye(3, dtype=torch.float64), atol=1e-9)
    assert found.basis.abs().argmax(0).tolist() == [3, 1, 5]
    assert torch.allclose(found.std.float(), torch.tensor([5.0, 3.0, 2.0]), rtol=0.05)


def test_at_the_start_the_transforms_are_a_projection(codec: PhotoCodec, crops: Tensor) -> None:
    t = torch.full((len(crops),), 0.5)
    with torch.no_grad():
        x_hat = codec.g(codec.f(crops, t), t)
        again = codec.g(codec.f(x_hat, t), t)
        latents = codec.f(crops, t)
    assert torch.allclose(x_hat, again, atol=1e-4)
    assert (x_hat - crops).square().mean() < 0.05 * (crops - 0.5).square().mean()
    kept, lost = latents.square().sum(), (x_hat - crops).square().sum()
    assert torch.isclose(kept + lost, (crops - 0.5).square().sum(), rtol=1e-3)  # orthonormal: Parseval


def test_latents_are_in_order_of_strength(codec: PhotoCodec, crops: Tensor) -> None:
    with torch.no_grad():
        energy = codec.f(crops, torch.zeros(len(crops))).square().mean((0, 2, 3))
    assert (energy[:-1] >= energy[1:] * 0.999).all()


def test_a_block_begins_as_the_identity_and_can_learn() -> None:
    torch.manual_seed(0)
    block, h, t = Block(8), torch.randn(2, 8, 5, 5), torch.rand(2)
    assert torch.equal(block(h, t), h)
    block(h, t).square().sum().backward()
    assert block.project.weight.grad is not None and block.project.weight.grad.abs().sum() > 0


def test_knots_are_joined_by_straight_lines() -> None:
    knots = Knots(2, count=3)
    with torch.no_grad():
        knots.values.copy_(torch.tensor([[0.0, 4.0], [1.0, 2.0], [5.0, 0.0]]))
    found = knots(torch.tensor([0.0, 0.25, 0.5, 1.0])).flatten(1)
    assert torch.allclose(found, torch.tensor([[0.0, 4.0], [0.5, 3.0], [1.0, 2.0], [5.0, 0.0]]))


def test_a_patch_has_as_many_features_as_numbers() -> None:
    assert FEATURES == 3 * 8 * 8

"""Principal components at the start; then identities that can learn."""

import torch
from torch import Tensor

from training.codec import PhotoCodec
from training.codec.transforms import FEATURES, components


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
        z_hat = torch.randn(len(crops), 8, 1, 1)  # of no effect yet
        x_hat = codec.g(codec.f(crops, t), z_hat, t)
        again = codec.g(codec.f(x_hat, t), z_hat, t)
        latents = codec.f(crops, t)
    assert torch.allclose(x_hat, again, atol=1e-4)
    assert (x_hat - crops).square().mean() < 0.05 * (crops - 0.5).square().mean()
    kept, lost = latents.square().sum(), (x_hat - crops).square().sum()
    assert torch.isclose(kept + lost, (crops - 0.5).square().sum(), rtol=1e-3)  # orthonormal: Parseval


def test_latents_are_in_order_of_strength(codec: PhotoCodec, crops: Tensor) -> None:
    with torch.no_grad():
        energy = codec.f(crops, torch.zeros(len(crops))).square().mean((0, 2, 3))
    assert (energy[:-1] >= energy[1:] * 0.999).all()


def test_a_patch_has_as_many_features_as_numbers() -> None:
    assert FEATURES == 3 * 8 * 8

import torch

from training.autoencoders.features import frechet_distance


def test_no_distance_to_itself() -> None:
    features = torch.randn(500, 8)
    assert abs(frechet_distance(features, features)) < 1e-6


def test_a_shift_costs_its_square() -> None:
    features = torch.randn(500, 8)
    assert abs(frechet_distance(features, features + 2) - 8 * 4) < 1e-3


def test_a_scale_costs_the_square_of_the_difference() -> None:
    features = torch.randn(20000, 4, dtype=torch.float64)
    assert abs(frechet_distance(features, 3 * features) - 4 * (3 - 1) ** 2) < 0.5

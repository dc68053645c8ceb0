"""The linear autoencoder of features: that it is the best there is, and what its error means."""

import pytest
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from training.anomaly.detector import LATENTS, NOISE, DetectorNetwork, LinearAutoencoder, Moments, fit_detector
from training.anomaly.features import PLACES, EdgeFeatures
from training.data import DataError

SIZE = 300


def fitted(h: Tensor) -> LinearAutoencoder:
    """On all of ``h``, which comes in pieces."""
    seen = Moments(h.shape[1])
    for piece in h.split(64):
        seen.add(piece)
    return LinearAutoencoder(seen)


@pytest.fixture(scope="module")
def h() -> Tensor:
    """200 points near a plane of 12 dimensions."""
    torch.manual_seed(0)
    return torch.randn(200, 12) @ torch.randn(12, SIZE) + 0.05 * torch.randn(200, SIZE) + 1


@pytest.fixture(scope="module")
def detector() -> DetectorNetwork:
    torch.manual_seed(0)
    return fit_detector(EdgeFeatures(1, 32), iter(torch.rand(40, 1, 32, 32).split(8)))


def test_moments_are_those_of_all_pieces(h: Tensor) -> None:
    seen = Moments(SIZE)
    for piece in h.split(7):
        seen.add(piece)
    assert seen.count == len(h)
    assert torch.allclose(seen.mean, h.double().mean(0))
    assert torch.allclose(seen.covariance, torch.cov(h.double().T, correction=0), atol=1e-9)


def test_no_linear_autoencoder_reconstructs_better(h: Tensor) -> None:
    autoencoder = fitted(h)
    autoencoder.shrinkage.fill_(1)
    ours = (h - autoencoder.decode(autoencoder.encode(h))).square().sum(1).mean()
    pca = PCA(min(LATENTS, len(h) - 1)).fit(h.numpy())
    best = torch.from_numpy(h.numpy() - pca.inverse_transform(pca.transform(h.numpy()))).square().sum(1).mean()
    assert float(ours) <= float(best) + 1e-3 * float(h.var(0).sum())


def test_error_is_of_reconstruction_and_of_the_latent_in_one(h: Tensor) -> None:
    """Σ z² / (λ + ε) + ‖h − μ − V z‖² / ε: what probabilistic PCA says, computed from the data anew."""
    other = torch.randn(5, SIZE)
    centred = (h - h.mean(0)).double()
    _, values, rows = torch.linalg.svd(centred, full_matrices=False)
    variances = values.square() / len(h)
    noise = NOISE * variances.sum()
    latents = min(LATENTS, len(h) - 1)
    z = (other.double() - h.mean(0)) @ rows[:latents].T
    left = (other - h.mean(0)).double().square().sum(1) - z.square().sum(1)
    expected = (z.square() / (variances[:latents] + noise)).sum(1) + left / noise
    assert (fitted(h)(other) * SIZE).tolist() == pytest.approx(expected.tolist(), rel=5e-3)


def test_points_that_are_all_the_same_make_an_autoencoder(h: Tensor) -> None:
    autoencoder = fitted(h[:1].expand(20, -1))
    assert autoencoder(h[:1]).max() < 1e-2 < autoencoder(h[1:2]).max()


def test_mean_heat_is_the_error_of_the_image(detector: DetectorNetwork) -> None:
    x = torch.rand(3, 1, 32, 32)
    image, _ = detector.features(x)
    heat = detector(x)
    assert heat.shape == (3, PLACES, PLACES)
    assert heat.min() >= 0
    assert heat.mean((1, 2)).tolist() == pytest.approx(detector.image(image.flatten(1)).tolist(), rel=1e-4)


def test_heat_is_where_the_difference_is(detector: DetectorNetwork) -> None:
    x = torch.rand(1, 1, 32, 32)
    odd = x.clone()
    odd[:, :, 12:16, 20:24] = 0
    row, column = divmod(int((detector(odd) - detector(x))[0].argmax()), PLACES)
    assert 10 <= row <= 16
    assert 18 <= column <= 24


def test_images_without_any_difference_are_refused() -> None:
    levels = torch.linspace(0.1, 1, 30)[:, None, None, None].expand(-1, 1, 32, 32)
    with pytest.raises(DataError, match="all the same, light aside"):
        fit_detector(EdgeFeatures(1, 32), [levels])

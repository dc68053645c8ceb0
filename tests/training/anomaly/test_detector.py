"""The linear autoencoder of features: that it is the best there is, and what its error means."""

import pytest
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from training.anomaly.detector import LATENTS, NOISE, Detector, fit_detector
from training.anomaly.features import CELLS, Features

FEATURES = Features(1, 32)
SIZE = FEATURES.size * CELLS**2


@pytest.fixture(scope="module")
def h() -> Tensor:
    """200 points near a plane of 12 dimensions."""
    torch.manual_seed(0)
    return torch.randn(200, 12) @ torch.randn(12, SIZE) + 0.05 * torch.randn(200, SIZE) + 1


@pytest.fixture(scope="module")
def detector(h: Tensor) -> Detector:
    return fit_detector(FEATURES, h)


def test_no_linear_autoencoder_reconstructs_better(h: Tensor, detector: Detector) -> None:
    detector = fit_detector(FEATURES, h)
    detector.shrinkage.fill_(1)
    ours = (h - detector.decode(detector.encode(h))).square().sum(1).mean()
    pca = PCA(min(LATENTS, len(h) - 1)).fit(h.numpy())
    best = torch.from_numpy(h.numpy() - pca.inverse_transform(pca.transform(h.numpy()))).square().sum(1).mean()
    assert float(ours) <= float(best) + 1e-3 * float(h.var(0).sum())


def test_score_is_reconstruction_error_and_latent_distance_in_one(h: Tensor, detector: Detector) -> None:
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
    score = detector.heat(other).mean((1, 2)) * SIZE
    assert score.tolist() == pytest.approx(expected.tolist(), rel=5e-3)


def test_heat_is_where_the_difference_is(h: Tensor, detector: Detector) -> None:
    odd = h[:1].clone()
    odd.view(1, FEATURES.size, CELLS, CELLS)[:, :, 2, 5] += 5
    heat = detector.heat(odd)[0]
    assert heat.min() >= 0
    assert divmod(int(heat.argmax()), CELLS) == (2, 5)
    assert heat.mean() > 2 * detector.heat(h[:1]).mean()


def test_images_that_are_all_the_same_make_a_detector(h: Tensor) -> None:
    detector = fit_detector(FEATURES, h[:1].expand(20, -1))
    assert detector.heat(h[:1]).max() < 1e-2 < detector.heat(h[1:2]).max()


def test_features_of_images_are_what_it_takes() -> None:
    torch.manual_seed(0)
    x = torch.rand(30, 1, 32, 32)
    detector = fit_detector(FEATURES, FEATURES(x).flatten(1))
    assert torch.allclose(detector(x), detector.heat(FEATURES(x).flatten(1)))

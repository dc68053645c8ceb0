"""Figures of an exported model on the whole test set, written into its manifest.

What the service does is measured on what it runs: the exported graphs, and real bitstreams that its own decoder turned
back into images. Only derivatives and likelihoods need the torch model.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from hourglass.bitstream.container import Container
from hourglass.imaging.fidelity import psnr, psnr_of_error
from hourglass.models.files import write_manifest
from hourglass.models.installed import DEFAULT_QUALITY
from hourglass.models.levels import to_input
from hourglass.models.runtime import Array
from hourglass.models.vector import VectorModel
from training import data
from training.autoencoders import Autoencoder, Variational
from training.autoencoders.base import PIXELS
from training.autoencoders.denoising import add_noise, mask
from training.autoencoders.export import FRESH, load_trained
from training.autoencoders.features import frechet_distance, load_features

SEED = 0
NOISE_LEVELS = (0.1, 0.25, 0.5, 0.8)
MASK_LEVELS = (0.25, 0.5, 0.75)
ACTIVE_SHARE = 1e-3
"""A unit is active where |z_i| exceeds this share of the largest |z| of the data set."""

LIKELIHOOD_DRAWS = 500
JACOBIAN_IMAGES = 1000
JACOBIAN_PROBES = 64
MOVING_NOISE = 0.1


def evaluate_model(name: str, runs: Path, models: Path) -> dict[str, float]:
    """Measures models/NAME, writes the figures into its manifest, and returns them."""
    torch.manual_seed(SEED)
    installed = VectorModel.open(models / name, "cpu")
    trained = load_trained(name, runs)
    train, test = (data.load(trained.dataset, train=train) for train in (True, False))
    x = test.images.numpy().transpose(0, 2, 3, 1)
    z = _in_batches(installed.encode_pixels, x)
    metrics = {
        **_reconstruction(installed, to_input(x), z, train.images),
        **_rate(installed, to_input(x), z),
        **_codes(installed, z, train, test),
        **_sensitivity(trained.model, test.images),
        **_denoising(installed, test.images),
        **_detection(installed, test.images, trained.dataset),
    }
    if isinstance(trained.model, Variational):
        metrics |= _generation(trained.model, installed, test.images, trained.dataset)
    rounded = {key: float(f"{value:.5g}") for key, value in metrics.items()}
    write_manifest(models / name, installed.manifest.model_copy(update={"metrics": rounded}))
    return rounded


def _in_batches(function: Callable[[NDArray[Any]], Array], items: NDArray[Any]) -> Array:
    return np.concatenate([function(batch) for batch in np.array_split(items, max(1, len(items) // 500))])


def _mse(x: Array, x_hat: Array) -> float:
    return float(np.square(x - x_hat, dtype=np.float64).mean())


def _reconstruction(model: VectorModel, x: Array, z: Array, train: Tensor) -> dict[str, float]:
    error = _mse(x, _in_batches(model.g, z))
    pca = PCA(min(z.shape[1], PIXELS), random_state=SEED).fit(train.flatten(1).numpy() / np.float32(255))
    flat = x.reshape(len(x), -1)
    linear = pca.inverse_transform(pca.transform(flat)).clip(0, 1)
    return {"mse": error, "psnr_db": psnr_of_error(error, peak=1), "pca_mse": _mse(flat, linear)}


def _rate(model: VectorModel, x: Array, z: Array) -> dict[str, float]:
    files = [model.compress(each, DEFAULT_QUALITY) for each in z]
    back = np.stack([model.decompress(Container.unpack(file)) for file in files])
    size = float(np.mean([len(file) for file in files]))
    return {"coded_bytes": size, "coded_bits": 8 * size, "coded_mse": _mse(x, _in_batches(model.g, back))}


def _codes(model: VectorModel, z: Array, train: data.Split, test: data.Split) -> dict[str, float]:
    """Share of active units, and what a linear classifier reads off z: ridge regression on all training images."""
    z_train = _in_batches(model.encode_pixels, train.images.numpy().transpose(0, 2, 3, 1))
    probe = make_pipeline(StandardScaler(), RidgeClassifier()).fit(z_train, train.labels.numpy())
    active = np.abs(z) > ACTIVE_SHARE * np.abs(z).max()
    return {"probe_accuracy": float(probe.score(z, test.labels.numpy())), "active_share": float(active.mean())}


def _sensitivity(model: Autoencoder, images: Tensor) -> dict[str, float]:
    """‖∇ₓ f(x)‖_F and ‖f(x + n) − f(x)‖ under Gaussian noise, in units of the standard deviation of z.

    The unit matters: any encoder's Jacobian can be made small by a small z.
    """
    x = images[:JACOBIAN_IMAGES].float() / 255
    with torch.no_grad():
        z = model.encode(x)
        unit = float(z.var(0).mean().sqrt())
        moved = (model.encode(x + MOVING_NOISE * torch.randn_like(x)) - z).norm(dim=1).mean()
    norm = float(jacobian_norm(model, x).mean())
    spread = unit * math.sqrt(z.shape[1])
    return {"jacobian": norm, "jacobian_relative": norm / unit, "moved_by_noise": float(moved) / spread}


def jacobian_norm(model: Autoencoder, x: Tensor) -> Tensor:
    """‖∇ₓ f(x)‖_F of each image, [n]: exact up to 64 latent numbers, else by 64 random signs (Hutchinson)."""
    x = x.clone().requires_grad_()
    z = model.encode(x)
    size = z.shape[1]
    exact = size <= JACOBIAN_PROBES
    squares = torch.zeros(len(x))
    for i in range(min(size, JACOBIAN_PROBES)):
        u = torch.zeros_like(z).index_fill_(1, torch.tensor(i), 1.0) if exact else torch.randint_like(z, 2) * 2 - 1
        (product,) = torch.autograd.grad(z, x, u, retain_graph=True)
        squares += product.flatten(1).square().sum(1)
    return (squares if exact else squares / JACOBIAN_PROBES).sqrt()


def _denoising(model: VectorModel, images: Tensor) -> dict[str, float]:
    """Gain in dB of x̂ over x̃ for the strengths of each corruption; x̃ is clipped to 0..1, as any image is."""
    x = images.float() / 255
    corrupted = {f"noise_{level:g}": add_noise(x, level) for level in NOISE_LEVELS}
    corrupted |= {f"mask_{level:g}": mask(x, level) for level in MASK_LEVELS}
    gains: dict[str, float] = {}
    for name, x_tilde in corrupted.items():
        x_hat = _in_batches(lambda batch: model.g(model.f(batch)), x_tilde.numpy())
        before, after = (psnr(x.numpy(), each, peak=1) for each in (x_tilde.numpy(), x_hat))
        gains |= {f"{name}_gain_db": after - before, f"{name}_psnr_db": after}
    return gains


def _detection(model: VectorModel, images: Tensor, dataset: str) -> dict[str, float]:
    """Area under the ROC curve of the anomaly score, this data set's test images against the other one's."""
    other = data.load(next(name for name in data.SOURCES if name != dataset), train=False).images
    scores = []
    for each in (images, other):
        x = each.numpy() / np.float32(255)
        x_hat = _in_batches(lambda batch: model.g(model.f(batch)), x)
        scores.append(np.square(x - x_hat).mean(axis=(1, 2, 3)))
    return {
        "other_dataset_auroc": float(roc_auc_score(np.repeat([0, 1], len(images)), np.concatenate(scores))),
        "test_false_alarm_rate": float((scores[0][FRESH] > model.manifest.anomaly.threshold()).mean()),
    }


@torch.no_grad()
def _generation(model: Variational, installed: VectorModel, images: Tensor, dataset: str) -> dict[str, float]:
    """Negative log-likelihood in nats of dynamically binarised images, and the distance of samples to real ones."""
    batches = torch.bernoulli(images.float() / 255).split(50)
    elbos, bounds = ([float(model.bound(batch, draws).mean()) for batch in batches] for draws in (1, LIKELIHOOD_DRAWS))
    samples = torch.from_numpy(_in_batches(installed.g, installed.draw(len(images), SEED, 1.0)))
    features = load_features(dataset)
    shuffle = torch.randperm(len(images), generator=torch.Generator().manual_seed(SEED))
    real = features(images.float() / 255)[shuffle]  # in MNIST the two halves had other writers
    half = len(real) // 2
    return {
        "nll_nats": -float(np.mean(bounds)),
        "elbo_nats": float(np.mean(elbos)),
        "frechet_distance": frechet_distance(real, features(samples)),
        "frechet_distance_of_real": frechet_distance(real[:half], real[half:]),
    }

"""A codec that trains in seconds, and real photos for it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.conftest import FIXTURES
from training.codec import CodecRecipe, PhotoCodec
from training.codec.graphs import freeze, make_graphs

SMALL = CodecRecipe(
    epochs=150,
    groups=(8, 16, 24),
    hyper=8,
    features=24,
    blocks=1,
    tail=8,
    tail_blocks=1,
    batch=4,
    crop=64,
    learning_rate=5e-4,
)


@pytest.fixture(scope="session")
def photos() -> list[torch.Tensor]:
    """uint8 [3, height, width] each."""
    paths = sorted((FIXTURES / "photos").glob("*.png")) + sorted((FIXTURES / "photos").glob("*.webp"))
    return [_read(path) for path in paths]


def _read(path: Path) -> torch.Tensor:
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1).contiguous()


@pytest.fixture
def crops(photos: list[torch.Tensor]) -> torch.Tensor:
    """float [12, 3, 64, 64] in 0..1."""
    return _crops(photos)


def _crops(photos: list[torch.Tensor]) -> torch.Tensor:
    cut = [photo[:, top : top + 64, left : left + 64] for photo in photos for top in (0, 32) for left in (0, 64)]
    return torch.stack(cut[:12]).float() / 255


@pytest.fixture
def codec(crops: torch.Tensor) -> PhotoCodec:
    """At the start of training."""
    return _codec(crops)


def _codec(crops: torch.Tensor) -> PhotoCodec:
    torch.manual_seed(0)
    codec = PhotoCodec(SMALL)
    codec.start(crops)
    return codec


@pytest.fixture
def stirred(codec: PhotoCodec) -> PhotoCodec:
    """As if trained: no weight is at its start, nothing is zero."""
    return _stirred(codec)


def _stirred(codec: PhotoCodec) -> PhotoCodec:
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in codec.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return codec.eval()


@pytest.fixture(scope="session")
def stirred_graphs(photos: list[torch.Tensor]) -> dict[str, bytes]:
    """The ONNX files of ``stirred``, which take a while to make."""
    return make_graphs(freeze(_stirred(_codec(_crops(photos)))))

"""A model that begins with an installed one's weights does what that one does."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training.codec import conftest as codecs
from tests.training.codec.conftest import codec, crops, photos, stirred, stirred_graphs
from tests.training.denoiser.test_denoiser import SMALL
from training.codec import PhotoCodec, quality
from training.codec.tables import make_tables
from training.denoiser import PhotoDenoiser
from training.denoiser.export import make_graph
from training.weights import WeightsError, begin_with

__all__ = ["codec", "crops", "photos", "stirred", "stirred_graphs"]


def tell(folder: Path) -> Path:
    manifest = {"name": "my-model", "version": "1.2.0", "origin": {"steps": 66120}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def install_codec(codec: PhotoCodec, graphs: dict[str, bytes], folder: Path) -> Path:
    for name, graph in graphs.items():
        (folder / f"{name}.onnx").write_bytes(graph)
    (folder / "entropy.npz").write_bytes(make_tables(codec).write())
    return tell(folder)


@pytest.fixture
def installed_codec(stirred: PhotoCodec, stirred_graphs: dict[str, bytes], tmp_path: Path) -> Path:
    return install_codec(stirred, stirred_graphs, tmp_path)


@pytest.fixture(scope="module")
def denoiser() -> PhotoDenoiser:
    torch.manual_seed(0)
    made = PhotoDenoiser(SMALL)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter)).copy_(parameter.half().float())
    return made.eval()


@pytest.fixture(scope="module")
def installed_denoiser(denoiser: PhotoDenoiser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("denoiser")
    (folder / "denoiser.onnx").write_bytes(make_graph(denoiser))
    return tell(folder)


def test_a_codec_goes_on_as_the_installed_one(installed_codec: Path, stirred: PhotoCodec, crops: Tensor) -> None:
    torch.manual_seed(9)
    other = PhotoCodec(codecs.SMALL).eval()
    assert begin_with(installed_codec, other) == "my-model 1.2.0, 66,120 steps"
    t = torch.linspace(0, 1, len(crops))
    with torch.no_grad():
        (rate, error), (expected_rate, expected_error) = (each.rate_distortion(crops, t) for each in (other, stirred))
    assert torch.allclose(rate, expected_rate, rtol=0.01)
    assert torch.allclose(error, expected_error, rtol=0.01)


def test_what_a_codec_learned_of_a_quality_goes_to_that_of_the_same_trade_off(
    stirred: PhotoCodec, stirred_graphs: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    t = torch.linspace(0, 1, 5)
    with monkeypatch.context() as narrower:
        narrower.setattr(quality, "LEAST_LAMBDA", 70.0)
        narrower.setattr(quality, "MOST_LAMBDA", 50000.0)
        trade_offs, expected = quality.trade_off(t), stirred.step(t)
        folder = install_codec(stirred, stirred_graphs, tmp_path)
    other = PhotoCodec(codecs.SMALL)
    begin_with(folder, other)
    same = (trade_offs / quality.LEAST_LAMBDA).log() / math.log(quality.MOST_LAMBDA / quality.LEAST_LAMBDA)
    with torch.no_grad():
        assert torch.allclose(other.step(same).log(), expected.log(), atol=0.1)
        least, beyond = other.step(torch.tensor([same[0], 0.0])).log()
    assert (beyond - least).mean() == pytest.approx(0.5 * math.log(70 / quality.LEAST_LAMBDA), abs=0.05)


def test_a_denoiser_goes_on_as_the_installed_one_also_if_it_is_deeper(
    installed_denoiser: Path, denoiser: PhotoDenoiser, crops: Tensor
) -> None:
    for blocks in ((1, 1, 1), (2, 1, 3)):
        torch.manual_seed(9)
        other = PhotoDenoiser(replace(SMALL, blocks=blocks)).eval()
        begin_with(installed_denoiser, other)
        with torch.no_grad():
            x_hat, sigma = other(crops, torch.ones(len(crops)))
            expected, expected_sigma = denoiser(crops, torch.ones(len(crops)))
        assert torch.allclose(x_hat, expected, atol=1e-5)
        assert torch.allclose(sigma, expected_sigma, atol=1e-5)


def test_another_shape_is_named(installed_denoiser: Path) -> None:
    with pytest.raises(WeightsError, match=r"no noise\.head\.weight of shape \[16, 13, 3, 3\]"):
        begin_with(installed_denoiser, PhotoDenoiser(replace(SMALL, widths=(16, 16, 16))))


def test_a_denoiser_is_no_codec(installed_denoiser: Path) -> None:
    with pytest.raises(WeightsError, match="not of a codec"):
        begin_with(installed_denoiser, PhotoCodec(codecs.SMALL))


@pytest.mark.parametrize("manifest", [None, "{", "{}"])
def test_a_folder_that_is_no_model_is_named(manifest: str | None, tmp_path: Path) -> None:
    if manifest:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(WeightsError, match="is no installed model"):
        begin_with(tmp_path, PhotoDenoiser(SMALL))

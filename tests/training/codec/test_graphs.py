"""torch and onnxruntime: close where floats are, equal where integers are."""

import numpy as np
import pytest
import torch
from torch import Tensor

from hourglass.models.runtime import Session
from training.codec import PhotoCodec
from training.codec.exact import ExactConv
from training.codec.graphs import Decoder, Encoder, Expand, FrozenConv, NotExact, freeze, make_graphs


def test_a_frozen_layer_computes_the_same() -> None:
    torch.manual_seed(0)
    layer = ExactConv(12, 20, 3)
    a = torch.randint(0, 512, (2, 12, 7, 9)).float()
    with torch.no_grad():
        assert torch.equal(FrozenConv(layer)(a), layer(a))


def test_a_sum_that_is_not_exact_is_refused(codec: PhotoCodec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExactConv, "shift", lambda self: torch.full_like(self.bias, 30.0))
    with pytest.raises(NotExact, match="beyond 2\\^24"):
        freeze(codec)


def test_the_graphs_do_what_torch_does(stirred: PhotoCodec, crops: Tensor) -> None:
    frozen = freeze(stirred)
    graphs = {name: Session(graph, "cpu") for name, graph in make_graphs(frozen).items()}
    x, t = crops[:2], torch.tensor([0.2, 0.9])
    with torch.no_grad():
        v, z = Encoder(frozen)(x, t)
        features, mean, index = Expand(frozen)(z.round())
        x_hat = Decoder(frozen)(v.round(), t)
    for by_torch, by_onnx in zip((v, z), graphs["encoder"](x.numpy(), t.numpy()), strict=True):
        assert np.abs(by_torch.numpy() - by_onnx).max() < 0.01 * by_torch.abs().max()  # weights are stored in float16
    (shown,) = graphs["decoder"](v.round().numpy(), t.numpy())
    assert np.abs(x_hat.numpy() - shown).max() < 0.01 * x_hat.abs().max()
    expanded = graphs["expand"](z.round().numpy())
    assert all(np.array_equal(a.numpy(), b) for a, b in zip((features, mean, index), expanded, strict=True))
    first = v.round().clamp(-63, 63)
    with torch.no_grad():
        corrected = frozen.prior.correct(features, first)
    again = graphs["correct"](features.numpy(), first.numpy())
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(corrected, again, strict=True))

"""torch and onnxruntime: close where floats are, equal where integers are."""

import numpy as np
import pytest
import torch
from torch import Tensor

from hourglass.bitstream.scales import SymbolWriter
from hourglass.models.codec import latents
from hourglass.models.codec.latents import EntropyModel
from hourglass.models.runtime import Session
from hourglass.models.work import finish
from training.codec import PhotoCodec
from training.codec.exact import ExactConv
from training.codec.export import networks_of
from training.codec.graphs import Decoder, Encoder, FrozenConv, NotExact, entropy_networks, freeze
from training.codec.tables import Counter, make_tables


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


def test_the_graphs_do_what_torch_does(stirred: PhotoCodec, stirred_graphs: dict[str, bytes], crops: Tensor) -> None:
    frozen = freeze(stirred)
    graphs = {name: Session(graph, "cpu") for name, graph in stirred_graphs.items()}
    x, t = crops[:2], torch.tensor([0.2, 0.9])
    with torch.no_grad():
        v, z = Encoder(frozen)(x, t)
        x_hat = Decoder(frozen)(v.round(), z.round(), t)
    for by_torch, by_onnx in zip((v, z), graphs["encoder"](x.numpy(), t.numpy()), strict=True):
        assert np.abs(by_torch.numpy() - by_onnx).max() < 0.01 * by_torch.abs().max()  # weights are stored in float16
    (shown,) = graphs["decoder"](v.round().numpy(), z.round().numpy(), t.numpy())
    assert np.abs(x_hat.numpy() - shown).max() < 0.01 * x_hat.abs().max()
    networks = entropy_networks(frozen, z.round(), v.round().clamp(-63, 63))
    assert sorted(networks) == ["correct", "early-2", "early-3", "expand", "late-2", "late-3"]
    for name, (network, inputs) in networks.items():
        with torch.no_grad():
            expected = network(*inputs)
        found = graphs[name](*(given.numpy() for given in inputs))
        assert all(np.array_equal(a.numpy(), b) for a, b in zip(expected, found, strict=True))


def test_the_service_expects_what_was_trained(
    stirred: PhotoCodec, stirred_graphs: dict[str, bytes], crops: Tensor
) -> None:
    """Latents that it codes are rounded about the means that training rounds them about."""
    t = torch.tensor([49 / 99])
    with torch.no_grad():
        v, z = Encoder(stirred)(crops[:1], t)
        trained = stirred.prior(v, stirred.index_offset(t), t)
    tables = make_tables(stirred)
    tables.penalty[:] = 1e9  # no symbol is worth less than its error
    model = EntropyModel(networks_of(stirred_graphs), tables, stirred.prior.groups)
    v_hat, z_hat = finish(model.coding(Counter(), v[0].numpy(), z[0].numpy(), 50))
    assert np.array_equal(z_hat, trained.z_hat[0].round().numpy())
    coded = finish(model.coding(Counter(), (v_hat / 8).astype(np.float32), z[0].numpy(), 50))[0]
    assert np.array_equal(coded, v_hat)
    difference = np.abs(v_hat / 8 - trained.v_hat[0].numpy())
    assert (difference < 1e-3).mean() > 0.98  # but for those of scale 0, which are not coded


@pytest.mark.parametrize("side", [96, 4])
def test_groups_are_read_as_they_were_written(
    stirred: PhotoCodec,
    stirred_graphs: dict[str, bytes],
    photos: list[Tensor],
    side: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one tile, and in four, whose later groups see no symbols around them."""
    monkeypatch.setattr(latents, "TILE", side)
    t = torch.tensor([79 / 99])
    with torch.no_grad():
        v, z = (part[0].numpy() for part in Encoder(stirred)(photos[0][None, :, :128, :128].float() / 255, t))
    tables = make_tables(stirred)
    model = EntropyModel(networks_of(stirred_graphs), tables, stirred.prior.groups)
    writer = SymbolWriter(tables.scales)
    v_hat, z_hat = finish(model.coding(writer, v, z, 80))
    assert np.abs(v_hat).max() > 0
    height, width = v.shape[1:]
    again, z_again = finish(model.decoding(writer.finish(), height, width, 80))
    assert np.array_equal(again, v_hat)
    assert np.array_equal(z_again, z_hat)

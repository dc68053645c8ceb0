"""The codec as the ONNX graphs that the service runs.

``encoder`` x, t → v, z; ``expand`` ẑ → features, μ, scale index; ``correct`` features, first symbols → other features,
what to add to μ and index; ``early-2`` and ``late-2``, ``early-3`` and so on, of each group of channels but the first:
features, symbols of the groups before → what to add of that group; ``decoder`` v̂, ẑ, t → x̂. But for encoder and decoder
they are of integers alone, their weights too.
"""

import copy
import itertools

import numpy as np
import torch
from torch import Tensor, nn
from torch.export import Dim

from training.codec.codec import PhotoCodec
from training.codec.exact import EXACT, ExactConv, leaky_clip
from training.graphs import stored, to_onnx


class NotExact(Exception):
    """A sum in the entropy model may reach 2²⁴, where float32 is no longer exact."""


class FrozenConv(nn.Module):
    """An ExactConv whose integers are fixed: ⌊(W·a + b) · 2⁻ᵏ⌋, clipped or not."""

    def __init__(self, layer: ExactConv) -> None:
        super().__init__()
        weight, bias, scale = (part.detach() for part in layer.integers())
        outputs, inputs, kernel, _ = weight.shape
        groups = layer.groups
        self.conv = nn.Conv2d(inputs * groups, outputs, kernel, padding=layer.padding, groups=groups)
        self.conv.weight, self.conv.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.register_buffer("fraction", (1 / scale)[:, None, None])
        self.fraction: Tensor
        self.clipped = layer.clipped

    def forward(self, a: Tensor) -> Tensor:
        out = torch.floor(self.conv(a) * self.fraction)
        return leaky_clip(out) if self.clipped else out


def freeze(codec: PhotoCodec) -> PhotoCodec:
    """A copy whose entropy model is of fixed integers. Raises NotExact if any sum in it might not be exact."""
    frozen = copy.deepcopy(codec).eval()
    for parent in list(frozen.prior.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, ExactConv):
                if layer.bound() >= EXACT:
                    raise NotExact(f"{name}: a sum may reach {layer.bound()}, beyond 2^24")
                setattr(parent, name, FrozenConv(layer))
    return frozen


class Encoder(nn.Module):
    def __init__(self, codec: PhotoCodec) -> None:
        super().__init__()
        self.codec = codec

    def forward(self, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        v = self.codec.f(x, t) / self.codec.step(t)
        return v, self.codec.prior.analyse(v)


class Expand(nn.Module):
    def __init__(self, codec: PhotoCodec) -> None:
        super().__init__()
        self.prior = codec.prior

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.prior.expand(z)
        return features, *self.prior.expect(features)


class Correct(nn.Module):
    def __init__(self, codec: PhotoCodec) -> None:
        super().__init__()
        self.prior = codec.prior

    def forward(self, features: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.prior.correct(features, symbols)


class Refine(nn.Module):
    def __init__(self, codec: PhotoCodec, half: str, group: int) -> None:
        super().__init__()
        self.prior, self.which, self.group = codec.prior, half, group

    def forward(self, features: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
        refinements = self.prior.early if self.which == "early" else self.prior.late
        mean, index = refinements[self.group](features, symbols)
        return mean, index


class Decoder(nn.Module):
    def __init__(self, codec: PhotoCodec) -> None:
        super().__init__()
        self.codec = codec

    def forward(self, v_hat: Tensor, z_hat: Tensor, t: Tensor) -> Tensor:
        out: Tensor = self.codec.g(v_hat * self.codec.step(t), z_hat, t)
        return out


@torch.no_grad()
def entropy_networks(
    frozen: PhotoCodec, z_hat: Tensor, symbols: Tensor
) -> dict[str, tuple[nn.Module, tuple[Tensor, ...]]]:
    """The entropy model's networks by name, each with what it takes of integers ẑ and ``symbols``, of all channels."""
    prior, expand, correct = frozen.prior, Expand(frozen), Correct(frozen)
    features = expand(z_hat)[0]
    joined = correct(features, symbols)[0]
    networks: dict[str, tuple[nn.Module, tuple[Tensor, ...]]] = {
        "expand": (expand, (z_hat,)),
        "correct": (correct, (features, symbols)),
    }
    for half, seen in (("early", features), ("late", joined)):
        for group, channels in enumerate(itertools.accumulate(prior.groups[:-1])):
            networks[f"{half}-{group + 2}"] = Refine(frozen, half, group), (seen, symbols[:, :channels])
    return networks


@torch.no_grad()
def make_graphs(frozen: PhotoCodec) -> dict[str, bytes]:
    """The ONNX files by name, from what ``freeze`` gave."""
    high, wide, batch = Dim("coarse_rows", max=1024), Dim("coarse_columns", max=1024), Dim("batch")
    x, t = torch.zeros(2, 3, 128, 192), torch.zeros(2)
    v, z = Encoder(frozen)(x, t)
    image = {0: batch, 2: 64 * high, 3: 64 * wide}
    latent = {0: batch, 2: 4 * high, 3: 4 * wide}
    hyper = {0: batch, 2: high, 3: wide}
    of_t = {0: batch}
    encoder = to_onnx(Encoder(frozen), (x, t), ["x", "t"], ["v", "z"], (image, of_t))
    decoder = to_onnx(Decoder(frozen), (v, z, t), ["v_hat", "z_hat", "t"], ["x_hat"], (latent, hyper, of_t))
    graphs = {"encoder": stored(encoder), "decoder": stored(decoder)}
    for name, (network, inputs) in entropy_networks(frozen, z, v).items():
        given, free = (["z"], (hyper,)) if name == "expand" else (["features", "symbols"], (latent, latent))
        more = {"expand": ["features"], "correct": ["joined"]}.get(name, [])
        graphs[name] = stored(to_onnx(network, inputs, given, [*more, "mean", "index"], free), np.int16)
    return graphs

"""The codec as the four ONNX graphs that the service runs.

``encoder`` x, t → v, z; ``expand`` ẑ → features, μ, scale index; ``correct`` features, first symbols → corrections to μ
and index; ``decoder`` v̂, t → x̂. ``expand`` and ``correct`` compute in integers only, weights included.
"""

import copy

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
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=layer.padding)
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

    def forward(self, features: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
        return self.prior.correct(features, symbols)


class Decoder(nn.Module):
    def __init__(self, codec: PhotoCodec) -> None:
        super().__init__()
        self.codec = codec

    def forward(self, v_hat: Tensor, t: Tensor) -> Tensor:
        out: Tensor = self.codec.g(v_hat * self.codec.step(t), t)
        return out


@torch.no_grad()
def make_graphs(frozen: PhotoCodec) -> dict[str, bytes]:
    """The four ONNX files by name, from what ``freeze`` gave."""
    high, wide, batch = Dim("coarse_rows", max=1024), Dim("coarse_columns", max=1024), Dim("batch")
    x, t = torch.zeros(2, 3, 128, 192), torch.zeros(2)
    v, z = Encoder(frozen)(x, t)
    features, _, _ = Expand(frozen)(z)
    image = {0: batch, 2: 64 * high, 3: 64 * wide}
    latent = {0: batch, 2: 4 * high, 3: 4 * wide}
    hyper = {0: batch, 2: high, 3: wide}
    encoder = to_onnx(Encoder(frozen), (x, t), ["x", "t"], ["v", "z"], (image, {0: batch}))
    expand = to_onnx(Expand(frozen), (z,), ["z"], ["features", "mean", "index"], (hyper,))
    correct = to_onnx(Correct(frozen), (features, v), ["features", "symbols"], ["mean", "index"], (latent, latent))
    decoder = to_onnx(Decoder(frozen), (v, t), ["v_hat", "t"], ["x_hat"], (latent, {0: batch}))
    return {
        "encoder": stored(encoder),
        "expand": stored(expand, np.int16),
        "correct": stored(correct, np.int16),
        "decoder": stored(decoder),
    }

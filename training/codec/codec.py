"""The photo codec: an undercomplete convolutional autoencoder with an entropy model.

    y = f(x),  v = y / Δ(t),  ŷ = Δ(t) v̂,  x̂ = g(ŷ),    L = R(v̂) + λ(t) ‖x − x̂‖² / n

R is the KL term of a variational autoencoder in disguise: −log₂ p(v̂), the length of the bitstream (Ballé et al., 2017).
One model serves all qualities t in 0..1: Δ and λ follow t, and a step of training sees a random t for each crop.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import Parameter

from training.blocks import products_first
from training.codec import transforms
from training.codec.exact import straight_round
from training.codec.hyperprior import INDEX_UNIT, OCTAVES, Hyperprior, to_index
from training.codec.quality import Knots, trade_off
from training.loop import Trainable

HIGH_RATE = 26.0
"""λ Δ² at high rates: 3 colours · 6 / ln 2, from D = Δ²/12 and D ∝ 2^(−2R)."""


@dataclass(frozen=True)
class CodecRecipe:
    """How the codec is shaped and trained; ``crop`` is the side of a training crop in pixels."""

    epochs: int = 240
    latents: int = 384
    hyper: int = 128
    features: int = 192
    blocks: int = 3
    learning_rate: float = 4e-4
    weight_decay: float = 0.0
    batch: int = 4
    crop: int = 192


class PhotoCodec(Trainable):
    """x float [n, 3, h, w] in 0..1, h and w multiples of 64; t float [n], the quality in 0..1."""

    name = "photo-codec"
    summary = "any photograph, through latents at 1/16 of its resolution and a hyperprior, at any quality"
    in_bfloat16 = True

    def __init__(self, recipe: CodecRecipe) -> None:
        super().__init__()
        self.f = transforms.Analysis(recipe.latents, recipe.blocks)
        self.g = transforms.Synthesis(recipe.latents, recipe.blocks)
        self.prior = Hyperprior(recipe.latents, recipe.hyper, recipe.features)
        self.log_step = Knots(recipe.latents)
        products_first(self)

    def parameter_groups(self) -> list[tuple[float, list[Parameter]]]:
        """The linear transforms, which begin near their best, learn slowly; the entropy model learns fast."""
        linear = [*self.f.linear(), *self.g.linear()]
        entropy = [*self.prior.parameters(), *self.log_step.parameters()]
        known = {id(parameter) for parameter in linear + entropy}
        blocks = [parameter for parameter in self.parameters() if id(parameter) not in known]
        return [(0.2, linear), (1.0, blocks), (1.5, entropy)]

    def start(self, x: Tensor) -> None:
        """Sets the transforms to the principal components of x, and the first scales to the deviations along them."""
        std = transforms.start(self.f, self.g, x)
        with torch.no_grad():
            knots = torch.linspace(0, 1, len(self.log_step.values), device=x.device)
            self.log_step.values.copy_(0.5 * (math.log(HIGH_RATE) - trade_off(knots).log())[:, None])
            at_middle = to_index(std / self.step(knots[2:3]).flatten() + 0.1) - 4
            bias = self.prior.first.index.bias
            assert bias is not None
            bias.copy_(at_middle / INDEX_UNIT)

    def step(self, t: Tensor) -> Tensor:
        """Δ(t), [n, latents, 1, 1], in units of y."""
        out: Tensor = self.log_step(t).exp()
        return out

    def index_offset(self, t: Tensor) -> Tensor:
        """What the steps of a quality add to the scale indices, integers [n, latents, 1, 1]: σ/Δ grows as Δ shrinks."""
        middle = self.log_step(torch.full_like(t, 0.5))
        return straight_round((middle - self.log_step(t)) / (math.log(2) * OCTAVES))

    def loss(self, x: Tensor) -> Tensor:
        """The mean of log(R + λD), in bits per pixel: a percent counts the same at every quality, for every photo."""
        t = torch.rand(len(x), device=x.device)
        rate, distortion = self.rate_distortion(x, t)
        return torch.log(rate + trade_off(t) * distortion + 0.01).mean()

    def rate_distortion(self, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Bits per pixel [n], and mean squared error [n] of pixels in 0..1."""
        step = self.step(t)
        v = self.f(x, t) / step
        with torch.autocast(x.device.type, enabled=False):
            rate = self.prior(v.float(), self.index_offset(t), t)
        x_hat = self.g(rate.v_hat * step, t)
        return rate.bits / x[0, 0].numel(), (x - x_hat.float()).square().mean((1, 2, 3))

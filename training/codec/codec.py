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

from training.blocks import Grown, products_first
from training.codec import transforms
from training.codec.exact import straight_round
from training.codec.hyperprior import INDEX_UNIT, OCTAVES, Hyperprior, to_index
from training.codec.quality import Knots, trade_off
from training.loop import Trainable

HIGH_RATE = 26.0
"""λ Δ² at high rates: 3 colours · 6 / ln 2, from D = Δ²/12 and D ∝ 2^(−2R)."""


LOW_RATES_OFTENER = 1.3
"""t is a power of a uniform number: two thirds of it lie below λ = 3,000, as a uniform t had it but six tenths."""

LEAST_COST = 0.01
"""Bits per pixel that no loss is worth chasing below."""

FOLLOWED = 0.02
"""How far a crop moves what is usual towards its own cost."""


@dataclass(frozen=True)
class CodecRecipe:
    """How the codec is shaped and trained.

    ``groups``: how many latents each group of channels has; ``tail``: channels at half resolution; ``crop``: the side
    of a training crop in pixels.
    """

    epochs: int = 240
    groups: tuple[int, ...] = (24, 64, 96, 200)
    hyper: int = 128
    features: int = 192
    blocks: int = 3
    tail: int = 32
    tail_blocks: int = 2
    learning_rate: float = 3e-4
    weight_decay: float = 0.0
    batch: int = 4
    crop: int = 192


class PhotoCodec(Trainable):
    """x float [n, 3, h, w] in 0..1, h and w multiples of 64; t float [n], the quality in 0..1."""

    name = "photo-codec"
    summary = "any photograph, through latents at 1/16 of its resolution and a hyperprior, at any quality"
    in_bfloat16 = True
    cooldown = 0.25

    def __init__(self, recipe: CodecRecipe) -> None:
        super().__init__()
        latents = sum(recipe.groups)
        self.f = transforms.Analysis(latents, recipe.blocks)
        self.g = transforms.Synthesis(latents, recipe.hyper, recipe.blocks, recipe.tail, recipe.tail_blocks)
        self.prior = Hyperprior(recipe.groups, recipe.hyper, recipe.features)
        self.log_step = Knots(latents)
        self.usual = UsualCost()
        products_first(self)

    def parameter_groups(self) -> list[tuple[float, list[Parameter]]]:
        """The linear transforms, which begin near their best, learn slowly; the entropy model learns fast."""
        linear = [*self.f.linear(), *self.g.linear()]
        entropy = [*self.prior.parameters(), *self.log_step.parameters()]
        known = {id(parameter) for parameter in linear + entropy}
        learned = [parameter for parameter in self.parameters() if parameter.requires_grad]
        blocks = [parameter for parameter in learned if id(parameter) not in known]
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
        """The mean of 2 √(J / J̄(t)), J = R + λD in bits per pixel and J̄(t) what is usual at a quality.

        J / J̄ alone would leave training to the noisiest crops, log J to the smoothest; this lies between them.
        """
        t = torch.rand(len(x), device=x.device) ** LOW_RATES_OFTENER
        rate, distortion = self.rate_distortion(x, t)
        cost = rate + trade_off(t) * distortion + LEAST_COST
        usual: Tensor = self.usual(cost.detach(), t)
        return 2 * (cost / usual).sqrt().mean()

    def rate_distortion(self, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Bits per pixel [n], and mean squared error [n] of pixels in 0..1."""
        step = self.step(t)
        rate = self.prior((self.f(x, t) / step).float(), self.index_offset(t), t)
        x_hat = self.g(rate.v_hat * step, rate.z_hat, t)
        return rate.bits / x[0, 0].numel(), (x - x_hat.float()).square().mean((1, 2, 3))


class UsualCost(Grown):
    """J̄(t) as it was lately: the exponential of a curve that follows log J, of both [n]."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Knots(1)
        self.log.values.requires_grad_(False)
        self.log.values.copy_(torch.linspace(-2, 2, len(self.log.values))[:, None])

    @torch.no_grad()
    def forward(self, cost: Tensor, t: Tensor) -> Tensor:
        """J̄(t) [n]; in training, the curve then moves towards the ``cost`` J at t."""
        usual: Tensor = self.log(t).flatten()
        if self.training:
            self.log.towards(t, cost.log() - usual, FOLLOWED)
        return usual.exp()

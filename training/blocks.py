"""The layers that the photo models are built of."""

import torch
from torch import Tensor, nn


class Grown(nn.Module):
    """A part that changes nothing until it is trained, so that a model with it can begin as one without it."""


class Block(Grown):
    """h + W₃ (s a ⊙ σ(b)), with a = D₁ W₁ h, b = D₂ W₂ h, each D a 3×3 convolution of each channel by itself.

    A gated linear unit (Dauphin et al., 2017) as in NAFNet (Chen et al., 2022); an identity until it is trained.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.value, self.gate = _separable(width), _separable(width)
        self.project = nn.Conv2d(width, width, 1)
        for parameter in self.project.parameters():
            nn.init.zeros_(parameter)

    def forward(self, h: Tensor, scale: Tensor | None = None) -> Tensor:
        """h float [n, width, rows, columns], s [n, width, 1, 1] or one → the same shape as h."""
        gated = self.value(h) * torch.sigmoid(self.gate(h))
        out: Tensor = h + self.project(gated if scale is None else gated * scale.to(gated.dtype))
        return out


class FullConv2d(nn.Conv2d):
    """A convolution that stays in float32 where others are in bfloat16, too coarse for values of many steps."""

    def forward(self, x: Tensor) -> Tensor:
        if not torch.is_autocast_enabled(x.device.type):
            return super().forward(x)
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


def _separable(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 3, padding=1, groups=width))


def products_first(model: nn.Module) -> None:
    """Stores the weights of convolutions channels last: 1×1 convolutions are then plain matrix products."""
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)

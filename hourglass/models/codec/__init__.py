"""The photo codec at run time: pixels ↔ latents by graphs, tile by tile; latents ↔ bytes by the entropy model."""

from hourglass.models.codec.codec import Codec

__all__ = ["Codec"]

"""The photo codec at run time: pixels ↔ latents by graphs, tile by tile; latents ↔ bytes by the entropy model."""

from service.codec.codec import Codec, Compressed

__all__ = ["Codec", "Compressed"]

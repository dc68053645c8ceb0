"""The photo codec: transforms, an entropy model in exact integers, and the loss that trades bits for errors."""

from training.codec.codec import CodecRecipe, PhotoCodec

__all__ = ["CodecRecipe", "PhotoCodec"]

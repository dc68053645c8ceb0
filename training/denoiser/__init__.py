"""The photo denoiser."""

from training.denoiser.denoiser import DenoiserRecipe, PhotoDenoiser

__all__ = ["DenoiserRecipe", "PhotoDenoiser"]

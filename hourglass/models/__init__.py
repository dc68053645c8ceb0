"""Installed models at run time: their manifests, their graphs, and what each family does."""

from hourglass.models.loading import load

__all__ = ["load"]

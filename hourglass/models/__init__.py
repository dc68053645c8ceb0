"""Installed models at run time: their manifests, their graphs, and what each family does."""

"""docs/results.md and its pictures, from the manifests and the models."""

"""Hourglass as a service: autoencoders over HTTP, run by onnxruntime. Never imports torch."""

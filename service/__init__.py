"""Hourglass as a service: autoencoders over HTTP, run by onnxruntime. Never imports torch."""

import os

# onnxruntime reports to its makers, unless it is told not to before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

"""What an installed model can do, without HTTP and without torch: compress, clean, sample, score."""

import os

# onnxruntime reports to its makers, unless it is told not to before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

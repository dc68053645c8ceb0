"""Prints what the image installs, a requirement a line: ``python requirements.py cpu`` or ``cuda``.

``cuda`` takes the packages below in place of onnxruntime. Both have the same folder, so only one of them may be
installed; that is why this is no extra of pyproject.toml.
"""

import sys
import tomllib
from pathlib import Path

CUDA = (
    "onnxruntime-gpu[cuda,cudnn]==1.31.1",
    "nvidia-cublas==13.10.0.20",
    "nvidia-cuda-nvrtc==13.5.37",
    "nvidia-cuda-runtime==13.5.37",
    "nvidia-cudnn-cu13==9.28.1.4",
    "nvidia-cufft==12.5.0.14",
    "nvidia-curand==10.4.5.25",
    "nvidia-nvjitlink==13.5.37",
)


def main(device: str) -> None:
    needed = tomllib.loads(Path("pyproject.toml").read_text())["project"]["dependencies"]
    if device == "cuda":
        needed = [each for each in needed if not each.startswith("onnxruntime==")] + list(CUDA)
    print(*needed, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Prints what the image installs, a requirement a line: ``python requirements.py cpu`` or ``cuda``.

``cuda`` takes the packages below in place of onnxruntime. Both have the same folder, so only one of them may be
installed; that is why this is no extra of pyproject.toml.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def extra(project: dict[str, Any], name: str) -> Iterator[str]:
    """What an extra of the project asks for, with what the extras that it names ask for."""
    for requirement in project["optional-dependencies"][name]:
        if own := re.fullmatch(rf"{project['name']}\[(.+)\]", requirement):
            for each in own[1].split(","):
                yield from extra(project, each)
        else:
            yield requirement


def main(device: str) -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    needed = list(dict.fromkeys([*project["dependencies"], *extra(project, "service"), *extra(project, "heic")]))
    if device == "cuda":
        needed = [each for each in needed if not each.startswith("onnxruntime")] + list(CUDA)
    print(*needed, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

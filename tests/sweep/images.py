"""Pillow's own test images, from its source distribution: ``python -m tests.sweep.images`` fetches them.

They lie in the cache of who runs it, not in the repository: 1,060 files, 45 MB.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import PIL

NAME = f"pillow-{PIL.__version__}"
FOLDER = Path.home() / ".cache" / "hourglass" / NAME / "Tests" / "images"


def fetch() -> None:
    """Has pip get the source distribution of the Pillow that is installed, and unpacks its images."""
    if FOLDER.is_dir():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            folder,
            f"pillow=={PIL.__version__}",
        ]
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *command], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            images = [each for each in packed if each.name.startswith(f"{NAME}/Tests/images/")]
            packed.extractall(FOLDER.parents[2], images, filter="data")


if __name__ == "__main__":
    fetch()

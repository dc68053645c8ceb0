"""The directories of a TIFF (revision 6.0), judged before Pillow makes objects of them."""

import struct
from dataclasses import dataclass

from hourglass.errors import BadImage

MOST_STRIPS = 100_000
"""Strips or tiles of one page: each costs a decoder's start."""

MOST_PAGES = 10_000

_OFFSETS = {273, 324}
_SUBFILE = 254
_THUMBNAIL = 1
"""A page that is a smaller version of another one."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a directory is laid out: in classic TIFF, or in BigTIFF."""

    count: str
    entry: str
    next: str


_CLASSIC, _BIG = _Layout("H", "HHII", "I"), _Layout("Q", "HHQQ", "Q")


def pages(data: bytes) -> int:
    """How many pages there are, without thumbnails that follow the first.

    Raises BadImage where one has too many strips, or the pages never end.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in {b"+\0", b"\0+"}
    layout = _BIG if big else _CLASSIC
    count = 0
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + layout.next, data, 8 if big else 4)
        while at and at not in seen and len(seen) < MOST_PAGES:
            seen.add(at)
            at, thumbnail = _directory(data, at, order, layout)
            count += not (thumbnail and count)
    except struct.error:
        pass  # what is cut off is found out when the page is read
    return max(1, count)


def _directory(data: bytes, at: int, order: str, layout: _Layout) -> tuple[int, bool]:
    """Where the next directory is, 0 for none, and whether this is a thumbnail's."""
    (entries,) = struct.unpack_from(order + layout.count, data, at)
    at += struct.calcsize(order + layout.count)
    size = struct.calcsize(order + layout.entry)
    if entries > len(data) // size:
        return 0, False
    thumbnail = False
    for each in range(min(entries, 65535)):
        tag, _, count, value = struct.unpack_from(order + layout.entry, data, at + size * each)
        if tag in _OFFSETS and count > MOST_STRIPS:
            raise BadImage(f"the TIFF has {count} strips; at most {MOST_STRIPS} are taken")
        if tag == _SUBFILE:
            thumbnail = bool(value & _THUMBNAIL)
    (following,) = struct.unpack_from(order + layout.next, data, at + size * entries)
    return int(following), thumbnail

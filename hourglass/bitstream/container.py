"""The bytes of a compressed image: a header that says what decodes it, and the coded sections.

=========  =======  =====================================================================
bytes      field    meaning
=========  =======  =====================================================================
4          magic    ``HGLS``
1          layout   high nibble: format version, 1 or 2; low nibble: number of sections, 1..15
4          model    first bytes of the identity of the model that decodes it
1          quality  1..100
1..3       width    LEB128, pixels
1..3       height   LEB128, pixels
1..4 each  lengths  LEB128, bytes of every section but the last, which runs to the end
4          check    CRC-32, little-endian, of all the other bytes and then the decoded symbols
=========  =======  =====================================================================

16 bytes for a 28×28 image. The check covers the symbols too, so a decoder that would decode other symbols than were
encoded says so instead of showing a wrong image.
"""

import struct
import zlib
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hourglass.errors import BadBitstream

MAGIC = b"HGLS"
VERSIONS = 1, 2
"""Readers of version 1 do not know all that stands beside a photo's pixels in files of version 2."""

IDENTITY_BYTES = 4
MAX_SIDE = 65535
MAX_SECTIONS = 15

Symbols = NDArray[np.int32]
NO_SYMBOLS = np.zeros(0, np.int32)
"""For files that check their symbols themselves: their CRC is of the bytes alone, so damage is found at once."""


@dataclass(frozen=True, slots=True)
class Container:
    """A parsed file: ``model`` is 4 bytes, ``quality`` 1..100, ``width`` and ``height`` 1..65535 pixels.

    ``check`` is what the file says its checksum is; empty where it was not read from a file.
    """

    model: bytes
    quality: int
    width: int
    height: int
    sections: tuple[bytes, ...]
    check: bytes = field(default=b"", compare=False)
    version: int = 1

    def pack(self, symbols: Symbols) -> bytes:
        """The file, its check computed over everything and over ``symbols`` (int32, any shape)."""
        head = self._head()
        body = b"".join(self.sections)
        return head + _check(head, body, symbols) + body

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """The parts of a file, whose checksum ``verify`` holds against its symbols.

        Raises BadBitstream if ``data`` is not of this format. Nothing is allocated beyond ``data`` itself.
        """
        count, at = _read_layout(data)
        width, at = _read_varint(data, at)
        height, at = _read_varint(data, at)
        lengths = []
        for _ in range(count - 1):
            length, at = _read_varint(data, at)
            lengths.append(length)
        head, check, body = data[:at], data[at : at + 4], data[at + 4 :]
        if len(check) < 4 or sum(lengths) > len(body):
            raise BadBitstream("the file is cut short")
        quality = data[9]
        if not 1 <= quality <= 100 or not 1 <= width <= MAX_SIDE or not 1 <= height <= MAX_SIDE:
            raise BadBitstream(f"impossible header: quality {quality}, {width}x{height} pixels")
        container = cls(data[5:9], quality, width, height, _split(body, lengths), check, data[4] >> 4)
        if container._head() != head:
            raise BadBitstream("the header is not in its shortest form")
        return container

    def verify(self, symbols: Symbols) -> None:
        """Raises BadBitstream unless ``symbols`` (int32, any shape) are those that were encoded, and all else, too."""
        if _check(self._head(), b"".join(self.sections), symbols) != self.check:
            raise BadBitstream("the checksum does not match: the file is damaged")

    def _head(self) -> bytes:
        layout = self.version << 4 | len(self.sections)
        numbers = [self.width, self.height, *(len(section) for section in self.sections[:-1])]
        head = struct.pack("<4sB4sB", MAGIC, layout, self.model, self.quality)
        return head + b"".join(_varint(number) for number in numbers)


def _read_layout(data: bytes) -> tuple[int, int]:
    """The number of sections, and where the numbers of the header begin."""
    if data[:4] != MAGIC:
        raise BadBitstream("not a Hourglass bitstream: it does not begin with HGLS")
    if len(data) < 10:
        raise BadBitstream("the header is cut short")
    version, count = data[4] >> 4, data[4] & 15
    if version not in VERSIONS:
        raise BadBitstream(f"format version {version} is not known; this service reads versions 1 and 2")
    if not count:
        raise BadBitstream("the file holds no section")
    return count, 10


def _check(head: bytes, body: bytes, symbols: Symbols) -> bytes:
    crc = zlib.crc32(symbols.astype("<i4").tobytes(), zlib.crc32(body, zlib.crc32(head)))
    return struct.pack("<I", crc)


def _split(body: bytes, lengths: list[int]) -> tuple[bytes, ...]:
    sections = []
    for length in lengths:
        sections.append(body[:length])
        body = body[length:]
    return (*sections, body)


def _varint(number: int) -> bytes:
    groups = []
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for group in range(4):
        if at >= len(data):
            raise BadBitstream("the header is cut short")
        number |= (data[at] & 127) << (7 * group)
        at += 1
        if data[at - 1] < 128:
            return number, at
    raise BadBitstream("a number in the header is too long")

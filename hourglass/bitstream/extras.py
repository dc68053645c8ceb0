"""What of a photograph is not in the codec's pixels: that it was gray, its alpha, its color profile, EXIF and XMP.

==========  ===========================================================================================
section     holds
==========  ===========================================================================================
flags       1 byte: bit 0 gray; what follows: bit 1 alpha, 2 a profile, 3 EXIF, 4 XMP; the others are 0
alpha       1 byte, its differences: bit 0 along rows, bit 1 down columns; then height × width bytes
profile     the ICC profile, 1 byte to 1 MiB
EXIF        a TIFF structure, 1 to 65,502 bytes
XMP         a packet of XML, 1 to 65,502 bytes
==========  ===========================================================================================

The bytes of all but the flags are deflated (RFC 1951). A photograph of which there is nothing to say has no section. A
file with EXIF or XMP is of version 2 of the format, which readers of version 1 know they cannot read.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hourglass.errors import BadBitstream

MAX_PROFILE_BYTES = 1 << 20
MAX_METADATA_BYTES = 65_502
"""Of EXIF, and of XMP: as much as a segment of a JPEG holds, so that every format can hold it."""

_GRAY, _ALPHA, _PROFILE, _EXIF, _XMP = 1, 2, 4, 8, 16
_ALL = _GRAY | _ALPHA | _PROFILE | _EXIF | _XMP
_ALONG_ROWS, _DOWN_COLUMNS = 1, 2
_RAW = -15
"""zlib's name for deflate without a header and a checksum of its own: the container has one."""

Alpha = NDArray[np.uint8]
"""[height, width], 0 transparent to 255 opaque."""


@dataclass(frozen=True, slots=True)
class Extras:
    """``gray``: the three channels were one; ``alpha`` None where all is opaque; ``icc`` the bytes of a profile."""

    gray: bool = False
    alpha: Alpha | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None

    @property
    def version(self) -> int:
        """Of the format that a file with these has."""
        return 1 if self.exif is None and self.xmp is None else 2

    def pack(self) -> list[bytes]:
        """The sections that ``unpack`` takes; none where there is nothing to say."""
        held = {_ALPHA: self.alpha, _PROFILE: self.icc, _EXIF: self.exif, _XMP: self.xmp}
        flags = self.gray * _GRAY | sum(flag for flag, what in held.items() if what is not None)
        sections = [bytes([flags])] if flags else []
        if self.alpha is not None:
            sections.append(_pack_alpha(self.alpha))
        return sections + [_deflate(what) for what in (self.icc, self.exif, self.xmp) if what is not None]

    @classmethod
    def unpack(cls, sections: Sequence[bytes], width: int, height: int) -> Self:
        """What ``pack`` was given, of an image of this size.

        Raises BadBitstream where that cannot have been. No more than what they hold is allocated.
        """
        if not sections:
            return cls()
        flags = sections[0][0] if len(sections[0]) == 1 else 0
        if not 0 < flags <= _ALL or len(sections) != 1 + (flags & ~_GRAY).bit_count():
            raise BadBitstream("the sections beside the image are not those its flags tell of")
        left = iter(sections[1:])
        alpha = _unpack_alpha(next(left), width, height) if flags & _ALPHA else None
        icc = _unpack_bytes(next(left), MAX_PROFILE_BYTES) if flags & _PROFILE else None
        exif = _unpack_bytes(next(left), MAX_METADATA_BYTES) if flags & _EXIF else None
        xmp = _unpack_bytes(next(left), MAX_METADATA_BYTES) if flags & _XMP else None
        return cls(bool(flags & _GRAY), alpha, icc, exif, xmp)


def _unpack_bytes(section: bytes, most: int) -> bytes:
    found = _inflate(section, most)
    if not found:
        raise BadBitstream("a color profile, EXIF or XMP is empty")
    return found


def _pack_alpha(alpha: Alpha) -> bytes:
    """The smallest of four: as it is, and as differences along rows, down columns, and both."""
    axes = min(range(4), key=lambda axes: len(zlib.compress(_differences(alpha, axes), level=1)))
    return bytes([axes]) + _deflate(_differences(alpha, axes))


def _differences(alpha: Alpha, axes: int) -> bytes:
    """Each value less its neighbour, modulo 256."""
    if axes & _ALONG_ROWS:
        alpha = np.diff(alpha, axis=1, prepend=np.uint8(0))
    if axes & _DOWN_COLUMNS:
        alpha = np.diff(alpha, axis=0, prepend=np.uint8(0))
    return alpha.tobytes()


def _unpack_alpha(section: bytes, width: int, height: int) -> Alpha:
    values = _inflate(section[1:], width * height)
    if len(values) != width * height or section[0] > _ALONG_ROWS | _DOWN_COLUMNS:
        raise BadBitstream(f"the alpha is not that of {width}x{height} pixels")
    alpha = np.frombuffer(values, np.uint8).reshape(height, width)
    if section[0] & _DOWN_COLUMNS:
        alpha = np.cumsum(alpha, axis=0, dtype=np.uint8)
    if section[0] & _ALONG_ROWS:
        alpha = np.cumsum(alpha, axis=1, dtype=np.uint8)
    return alpha


def _deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(level=9, wbits=_RAW)
    return coder.compress(data) + coder.flush()


def _inflate(data: bytes, most: int) -> bytes:
    coder = zlib.decompressobj(wbits=_RAW)
    try:
        inflated = coder.decompress(data, most + 1)
    except zlib.error as error:
        raise BadBitstream("what stands beside the image cannot be inflated") from error
    if not coder.eof or coder.unused_data or len(inflated) > most:
        raise BadBitstream("what stands beside the image is too long, or cut short")
    return inflated

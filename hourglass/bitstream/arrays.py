"""Arrays out of an npz file that anybody may have written: what it claims is checked before memory is taken for it."""

import io
import math
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hourglass.errors import BrokenModel

MOST_BYTES = 64 << 20
"""Of all arrays of a file; the tables of a model have less than one million."""

_WRONG = (
    ValueError,
    TypeError,
    LookupError,
    OSError,
    EOFError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What zipfile and numpy raise of files that are damaged or forged; MemoryError of heads that are nested too deeply."""


def read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file by name. Raises BrokenModel if it is not one, or claims more than MOST_BYTES."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            claimed = sum(member.file_size for member in archive.infolist())
            if claimed > MOST_BYTES:
                raise ValueError(f"they claim {claimed} bytes; at most {MOST_BYTES} are taken")
            return {each.filename.removesuffix(".npy"): _array(_read(archive, each)) for each in archive.infolist()}
    except _WRONG as error:
        raise BrokenModel(f"entropy tables cannot be read: {str(error) or type(error).__name__}") from error


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError(f"{member.filename} is compressed in another way than npz files are")
    with archive.open(member) as file:
        return file.read(MOST_BYTES)  # without a number it would inflate more than the member claims


def _array(file: bytes) -> NDArray[Any]:
    stream = io.BytesIO(file)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array is of another version than numpy writes of such arrays")
    shape, columns_first, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject:
        raise ValueError("an array is of objects, which only pickle reads")
    found = np.frombuffer(file, dtype, math.prod(shape), stream.tell())  # raises where the file is shorter than claimed
    return found.reshape(shape, order="F" if columns_first else "C").copy()

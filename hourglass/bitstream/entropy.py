"""Entropy coding of integer symbols by integer frequencies: constriction's range coder, ended at the byte.

The probabilities handed to constriction are frequencies over 2¹⁶, exact in float32, so every machine builds the same
24-bit model from them.
"""

import constriction
import numpy as np
from numpy.typing import NDArray

from hourglass.errors import BadBitstream

FREQUENCY_BITS = 16

Frequencies = NDArray[np.uint32]
"""[symbols, alphabet]: one row a symbol, each summing to 2¹⁶ at most; zeros pad short alphabets."""

_FAMILY = constriction.stream.model.Categorical(lazy=True, perfect=False)


def encode(symbols: NDArray[np.int32], frequencies: Frequencies) -> bytes:
    """Codes ``symbols`` [n], each in 0..alphabet-1, by the rows of ``frequencies`` [n, alphabet]."""
    encoder = constriction.stream.queue.RangeEncoder()
    encoder.encode(symbols, _FAMILY, _probabilities(frequencies))
    words = encoder.get_compressed().astype("<u4")
    return _shortest(words.byteswap().tobytes(), symbols, frequencies)


def decode(data: bytes, frequencies: Frequencies) -> NDArray[np.int32]:
    """The symbols [n] that ``encode`` was given. Raises BadBitstream where no symbols end in these bytes."""
    padded = data + bytes(-len(data) % 4)
    words = np.frombuffer(padded, ">u4").astype(np.uint32)
    try:
        decoder = constriction.stream.queue.RangeDecoder(words)
        symbols = decoder.decode(_FAMILY, _probabilities(frequencies))
    except (AssertionError, ValueError) as error:
        raise BadBitstream("the coded symbols cannot be decoded") from error
    return np.asarray(symbols, np.int32)


def _probabilities(frequencies: Frequencies) -> NDArray[np.float32]:
    return frequencies.astype(np.float32) / np.float32(1 << FREQUENCY_BITS)


def _shortest(data: bytes, symbols: NDArray[np.int32], frequencies: Frequencies) -> bytes:
    """``data`` cut to the fewest bytes that still decode to ``symbols`` when followed by zeros.

    constriction ends on a 32-bit word; any number inside the coder's last interval would do, and the one with the
    most trailing zeros saves 2 bytes of a 28×28 image's 16.
    """
    chosen = np.take_along_axis(frequencies, symbols[:, None], axis=1)
    information = float(np.log2(frequencies.sum(axis=1, keepdims=True) / np.maximum(chosen, 1)).sum())
    for keep in range(max(0, int(information / 8)), len(data)):
        for number in (int.from_bytes(data[:keep]), int.from_bytes(data[:keep]) + 1):
            if number >> (8 * keep):
                continue
            short = number.to_bytes(keep)
            if _decodes_to(symbols, short, frequencies):
                return short
    return data


def _decodes_to(symbols: NDArray[np.int32], data: bytes, frequencies: Frequencies) -> bool:
    try:
        return np.array_equal(decode(data, frequencies), symbols)
    except BadBitstream:
        return False

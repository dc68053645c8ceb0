"""The photo codec as the service runs it: y = f(x), v = y / Δ, bytes of v̂, and x̂ = g(Δ v̂), all tile by tile."""

import hashlib
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hourglass.bitstream.container import IDENTITY_BYTES, NO_SYMBOLS, Container
from hourglass.bitstream.extras import NO_EXTRAS, Extras
from hourglass.bitstream.scales import SymbolWriter
from hourglass.errors import BadBitstream, BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.codec.latents import UNIT, EntropyModel, Hyper, Latents
from hourglass.models.codec.tables import CodecTables
from hourglass.models.manifest import CodecManifest, read_manifest, read_verified
from hourglass.models.runtime import Array, Device, Session
from hourglass.models.tiles import Tile, part, tiles

STRIDE, HYPER_STRIDE = 16, 64
TILE = 1024
"""Pixels a tile may have each way, before its halo: larger ones gain nothing, and memory follows the tile."""

ENCODER_HALO, DECODER_HALO = 128, 96
"""What the networks see around a tile, in pixels: 120 and 72, at multiples of z's and of y's stride."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """``bitstream`` is the whole file; ``psnr`` in dB, of what it decodes to; ``latents`` int16, v̂ in eighths."""

    bitstream: bytes
    psnr: float
    latents: Latents


class Codec:
    """An installed photo codec, ready to run.

    The transforms run on ``device``; the entropy model always on the CPU, where its arithmetic is exact. ``identity``
    is the first bytes of the SHA-256 of all that decodes its bitstreams.
    """

    def __init__(self, folder: Path, device: Device, threads: int) -> None:
        """Loads ``folder``. Raises BrokenModel, naming the file, if anything in it does not hold, or NoCuda."""
        self._folder, self._device, self._threads = folder, device, threads
        manifest = read_manifest(folder)
        if not isinstance(manifest, CodecManifest):
            raise BrokenModel(f"{folder}: it is not a codec's manifest")
        self.manifest = manifest
        files = manifest.graphs
        encoder, expand, correct, decoder, tables = (
            read_verified(folder, file)
            for file in (files.encoder, files.expand, files.correct, files.decoder, manifest.entropy)
        )
        self.identity = hashlib.sha256(expand + correct + decoder + tables).digest()[:IDENTITY_BYTES]
        latent = manifest.latent
        try:
            self._encoder, self._decoder = Session(encoder, device, threads), Session(decoder, device, threads)
            model = Session(expand, "cpu", threads), Session(correct, "cpu", threads)
            self._entropy = EntropyModel(*model, CodecTables.read(tables, latent.channels, latent.hyper_channels))
        except BrokenModel as error:
            raise BrokenModel(f"{folder}: {error}") from error
        try:
            self.decompress(self.compress(np.zeros((1, 1, 3), np.uint8), 50).bitstream)  # warms it up, too
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"{folder}: its graphs do not fit: {error!r:.200}") from error

    @property
    def name(self) -> str:
        return self.manifest.name

    def stop(self) -> None:
        """Ends the runs in progress: they raise."""
        for session in self._sessions():
            session.stop()

    def rebuild(self) -> None:
        """Loads the graphs again from their files. Raises as at first, and if they are other files than then."""
        fresh = Codec(self._folder, self._device, self._threads)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than the one that runs; reload")
        self._encoder, self._decoder, self._entropy = fresh._encoder, fresh._decoder, fresh._entropy

    def compress(self, pixels: Pixels, quality: int, extras: Extras = NO_EXTRAS) -> Compressed:
        """Codes uint8 [height, width, 3], of any size from 1×1 to 65535×65535, at a quality of 1..100."""
        height, width = pixels.shape[:2]
        t = _t(quality)
        v, z = self._analyse(pixels, t)
        writer = SymbolWriter(self._entropy.tables.scales)
        v_hat, z_hat = self._entropy.code(writer, v, z, quality)
        del v, z
        error = self._squared_error(pixels, v_hat, t)
        psnr = 10 * math.log10(255**2 * 3 * height * width / error) if error else math.inf
        sections = (_check(v_hat, z_hat) + writer.finish(), *extras.pack())
        file = Container(self.identity, quality, width, height, sections).pack(NO_SYMBOLS)
        return Compressed(file, psnr, v_hat)

    def decompress(self, bitstream: bytes) -> tuple[Pixels, Extras]:
        """uint8 [height, width, 3], and what else the file holds. Raises BadBitstream if it is damaged."""
        container, verify = Container.unpack(bitstream)
        verify(NO_SYMBOLS)
        if container.model != self.identity:
            raise BadBitstream(f"the bitstream was made by model {container.model.hex()}")
        coded, *others = container.sections
        extras = Extras.unpack(others, container.width, container.height)
        height, width = _padded(container.height), _padded(container.width)
        v_hat, z_hat = self._entropy.decode(coded[4:], height // STRIDE, width // STRIDE, container.quality)
        if _check(v_hat, z_hat) != coded[:4]:
            raise BadBitstream("the latents do not match their checksum")
        t = _t(container.quality)
        pixels = np.empty((height, width, 3), np.uint8)
        for place, x_hat in self._synthesise(v_hat, t):
            place.of(pixels.transpose(2, 0, 1))[:] = x_hat
        return pixels[: container.height, : container.width], extras

    def _analyse(self, pixels: Pixels, t: Array) -> tuple[Array, Array]:
        """v [latents, h/16, w/16], in steps, and z [hyper, h/64, w/64], neither rounded, of the padded image."""
        height, width = _padded(pixels.shape[0]), _padded(pixels.shape[1])
        latent, planes = self.manifest.latent, pixels.transpose(2, 0, 1)
        v = np.empty((latent.channels, height // STRIDE, width // STRIDE), np.float32)
        z = np.empty((latent.hyper_channels, height // HYPER_STRIDE, width // HYPER_STRIDE), np.float32)
        for place in tiles(height, width, TILE, HYPER_STRIDE):
            outer = place.grown(ENCODER_HALO)
            x = np.array(part(planes, outer)[None], np.float32, order="C")
            x /= 255
            for whole, stride, result in zip((v, z), (STRIDE, HYPER_STRIDE), self._encoder(x, t), strict=True):
                within = place.scaled(down=stride)
                within.of(whole)[:] = within.within(outer.scaled(down=stride), result[0])
        return v, z

    def _synthesise(self, v_hat: Latents, t: Array) -> Iterator[tuple[Tile, Pixels]]:
        """Each tile, in pixels, and what it shows: uint8 [3, rows, columns]."""
        for place in tiles(v_hat.shape[1], v_hat.shape[2], TILE // STRIDE, HYPER_STRIDE // STRIDE):
            outer = place.grown(DECODER_HALO // STRIDE)
            steps = outer.of(v_hat)[None].astype(np.float32) / np.float32(UNIT)
            (x_hat,) = self._decoder(steps, t)
            shown = place.scaled(up=STRIDE)
            levels = np.nan_to_num(np.clip(shown.within(outer.scaled(up=STRIDE), x_hat[0]), 0, 1)) * np.float32(255)
            yield shown, np.rint(levels, out=levels).astype(np.uint8)

    def _squared_error(self, pixels: Pixels, v_hat: Latents, t: Array) -> int:
        """Σ (x − x̂)² over the pixels of the image, without its padding."""
        total = 0
        for place, x_hat in self._synthesise(v_hat, t):
            x = place.of(pixels.transpose(2, 0, 1))
            difference = x.astype(np.int16) - x_hat[:, : x.shape[1], : x.shape[2]]
            total += int(np.square(difference, dtype=np.int32).sum(dtype=np.int64))
        return total

    def _sessions(self) -> tuple[Session, ...]:
        return self._encoder, self._decoder, self._entropy.expand, self._entropy.correct


def _t(quality: int) -> Array:
    """The quality as the graphs take it: float32 [1] in 0..1."""
    return np.array([(quality - 1) / 99], np.float32)


def _padded(side: int) -> int:
    return -(-side // HYPER_STRIDE) * HYPER_STRIDE


def _check(v_hat: Latents, z_hat: Hyper) -> bytes:
    """CRC-32 of ẑ and then v̂, little-endian: a decoder that would show another image says so instead."""
    return struct.pack("<I", zlib.crc32(v_hat.astype("<i2", copy=False).data, zlib.crc32(z_hat.data)))

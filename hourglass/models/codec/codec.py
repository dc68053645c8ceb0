"""The photo codec: y = f(x), v = y / Δ, bytes of v̂, and x̂ = g(Δ v̂), all tile by tile."""

import math
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from hourglass.bitstream.container import MAX_SIDE, NO_SYMBOLS, Container
from hourglass.bitstream.extras import MAX_PROFILE_BYTES, Extras
from hourglass.bitstream.scales import SymbolWriter
from hourglass.errors import BadBitstream, TooLarge
from hourglass.imaging import Metadata, Picture, Pixels, luma, smoothed
from hourglass.models.codec.latents import UNIT, EntropyModel, Hyper, Latents, Networks
from hourglass.models.codec.tables import CodecTables
from hourglass.models.installed import Installed, Needs, Taken
from hourglass.models.levels import to_levels
from hourglass.models.manifest import CodecManifest, Task
from hourglass.models.results import Bitstream
from hourglass.models.runtime import Array, Session
from hourglass.models.tiles import Tile, part, tiles
from hourglass.models.work import Work

STRIDE, HYPER_STRIDE = 16, 64
TILE = 512
"""Pixels a tile may have each way, before its halo: a step takes about 0.1 s of a core, and of 1024 px 0.4 s.

Halos cost a sixth more than with 1024 px; with 384 px a third, with 256 px two thirds.
"""

ENCODER_HALO, DECODER_HALO = 128, 128
"""What the networks see around a tile, in pixels: 120 and 76, at multiples of z's stride."""


BYTES_PER_PIXEL = 18
"""Memory for a photo while it is coded or shown, as measured: pixels and latents. Tiles come on top."""

SECONDS_PER_PIXEL: dict[Task, float] = {"encode": 2.2e-6, "decode": 1.2e-6}
"""On one core of a server's processor with AVX-512."""

MOST_NUMBERS = 65536
"""The largest latent that is returned: that of a large photo takes longer to write as text than to code."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    encoder: Session
    decoder: Session
    entropy: EntropyModel


class Codec(Installed):
    """An installed photo codec, ready to run. Images may have any size from 1×1 to 65535×65535.

    The transforms run on the device; the entropy model always on the CPU, where its arithmetic is exact.
    """

    schema = CodecManifest
    manifest: CodecManifest
    _loaded: _Loaded

    @property
    def decodes(self) -> tuple[str, ...]:
        return tuple(name for name in self.manifest.files if name != "encoder")

    def _load(self, files: Mapping[str, bytes]) -> _Loaded:
        latent = self.manifest.latent
        encoder, decoder = (Session(files[name], self._device, self._threads) for name in ("encoder", "decoder"))
        expand, correct = (Session(files[name], "cpu", self._threads) for name in ("expand", "correct"))
        early, late = (
            [Session(files[name], "cpu", self._threads) for name in files if name.startswith(half)]
            for half in ("early", "late")
        )
        tables = CodecTables.read(files["entropy"], latent.channels, latent.hyper_channels)
        networks = Networks(expand, correct, early, late)
        return _Loaded(encoder, decoder, EntropyModel(networks, tables, latent.groups))

    def _warm_up(self) -> None:
        self.decode(self.encode(np.zeros((1, 1, 3), np.uint8)))

    @property
    def _sessions(self) -> tuple[Session, ...]:
        loaded = self._loaded
        return loaded.encoder, loaded.decoder, *loaded.entropy.networks

    def take(self, picture: Picture, resize: bool = False) -> Taken:
        return Taken(picture, picture.height, picture.width)

    def needs(self, task: Task, height: int, width: int) -> Needs:
        return Needs(BYTES_PER_PIXEL * height * width, SECONDS_PER_PIXEL[task] * height * width)

    def encoding(self, taken: Taken, quality: int) -> Work[Bitstream]:
        """y = f(x), v = y / Δ, and the bytes of v̂: a tile a step.

        Raises TooLarge for a side of more than 65535 pixels. A profile of more than 1 MiB is dropped.
        """
        picture = taken.picture
        if max(picture.height, picture.width) > MAX_SIDE:
            size = f"{picture.width}x{picture.height}"
            raise TooLarge(f"the image has {size} pixels; at most {MAX_SIDE} a side are taken")
        pixels = picture.pixels if picture.alpha is None else smoothed(picture.pixels, picture.alpha)
        height, width, channels = pixels.shape
        icc = picture.icc if picture.icc and len(picture.icc) <= MAX_PROFILE_BYTES else None
        dropped = (*picture.dropped, *(["color profile"] if picture.icc != icc else []))
        t = _t(quality)
        v, z = yield from self._analysis(np.broadcast_to(pixels, (height, width, 3)), t)
        entropy = self._loaded.entropy
        writer = SymbolWriter(entropy.tables.scales)
        v_hat, z_hat = yield from entropy.coding(writer, v, z, quality)
        del v, z
        error = yield from self._squared_error(pixels, v_hat, z_hat, t)
        psnr = 10 * math.log10(255**2 * pixels.size / error) if error else math.inf
        extras = Extras(channels == 1, picture.alpha, icc, picture.metadata.exif, picture.metadata.xmp)
        sections = (_check(v_hat, z_hat) + writer.finish(), *extras.pack())
        file = Container(self.identity, quality, width, height, sections, version=extras.version).pack(NO_SYMBOLS)
        latent = v_hat.astype(np.float32) / np.float32(UNIT) if v_hat.size <= MOST_NUMBERS else None
        return Bitstream.of(file, pixels, v_hat.shape, latent, psnr, dropped)

    def decoding(self, container: Container) -> Work[Picture]:
        """x̂ = g(Δ v̂), gray where it was gray, with its alpha and profile: a tile a step."""
        yield None
        container.verify(NO_SYMBOLS)
        coded, *others = container.sections
        extras = Extras.unpack(others, container.width, container.height)
        metadata = Metadata(extras.exif, extras.xmp)
        if extras.version != container.version or not metadata.sound:
            raise BadBitstream("what stands beside the image is not what its version holds")
        height, width = _padded(container.height), _padded(container.width)
        grid = height // STRIDE, width // STRIDE
        v_hat, z_hat = yield from self._loaded.entropy.decoding(coded[4:], *grid, container.quality)
        if _check(v_hat, z_hat) != coded[:4]:
            raise BadBitstream("the latents do not match their checksum")
        pixels = np.empty((height, width, 1 if extras.gray else 3), np.uint8)
        for place in _places(v_hat):
            yield None
            place.scaled(up=STRIDE).of(pixels.transpose(2, 0, 1))[:] = self._shown(
                v_hat, z_hat, place, _t(container.quality), extras.gray
            )
        return Picture(pixels[: container.height, : container.width], extras.alpha, extras.icc, metadata=metadata)

    def _analysis(self, pixels: Pixels, t: Array) -> Work[tuple[Array, Array]]:
        """v [latents, h/16, w/16], in steps, and z [hyper, h/64, w/64], neither rounded, of the padded image."""
        height, width = _padded(pixels.shape[0]), _padded(pixels.shape[1])
        latent, planes = self.manifest.latent, pixels.transpose(2, 0, 1)
        v = np.empty((latent.channels, height // STRIDE, width // STRIDE), np.float32)
        z = np.empty((latent.hyper_channels, height // HYPER_STRIDE, width // HYPER_STRIDE), np.float32)
        for place in tiles(height, width, TILE, HYPER_STRIDE, ENCODER_HALO):
            yield None
            outer = place.grown(ENCODER_HALO)
            x = np.array(part(planes, outer)[None], np.float32, order="C")
            x /= 255
            for whole, stride, result in zip((v, z), (STRIDE, HYPER_STRIDE), self._loaded.encoder(x, t), strict=True):
                within = place.scaled(down=stride)
                within.of(whole)[:] = within.within(outer.scaled(down=stride), result[0])
        return v, z

    def _shown(self, v_hat: Latents, z_hat: Hyper, place: Tile, t: Array, gray: bool) -> Pixels:
        """What a tile of latents shows: uint8 [1 or 3, rows, columns]."""
        outer = place.grown(DECODER_HALO // STRIDE)
        steps = outer.of(v_hat)[None].astype(np.float32) / np.float32(UNIT)
        hyper = outer.scaled(down=HYPER_STRIDE // STRIDE).of(z_hat)[None].astype(np.float32)
        (x_hat,) = self._loaded.decoder(*((steps, hyper, t) if self.manifest.latent.groups else (steps, t)))
        levels = to_levels(place.scaled(up=STRIDE).within(outer.scaled(up=STRIDE), x_hat[0]))
        return luma(levels.transpose(1, 2, 0)).transpose(2, 0, 1) if gray else levels

    def _squared_error(self, pixels: Pixels, v_hat: Latents, z_hat: Hyper, t: Array) -> Work[int]:
        """Σ (x − x̂)² over the pixels [height, width, 1 or 3] of the image, without its padding."""
        total, planes = 0, pixels.transpose(2, 0, 1)
        for place in _places(v_hat):
            yield None
            x = place.scaled(up=STRIDE).of(planes)
            shown = self._shown(v_hat, z_hat, place, t, gray=len(planes) == 1)
            difference = x.astype(np.int16) - shown[:, : x.shape[1], : x.shape[2]]
            total += int(np.square(difference, dtype=np.int32).sum(dtype=np.int64))
        return total


def _places(v_hat: Latents) -> Iterator[Tile]:
    """The tiles of a grid of latents."""
    return tiles(v_hat.shape[1], v_hat.shape[2], TILE // STRIDE, HYPER_STRIDE // STRIDE, DECODER_HALO // STRIDE)


def _t(quality: int) -> Array:
    """The quality as the graphs take it: float32 [1] in 0..1."""
    return np.array([(quality - 1) / 99], np.float32)


def _padded(side: int) -> int:
    return -(-side // HYPER_STRIDE) * HYPER_STRIDE


def _check(v_hat: Latents, z_hat: Hyper) -> bytes:
    """CRC-32 of ẑ and then v̂, little-endian: a decoder that would show another image says so instead."""
    return struct.pack("<I", zlib.crc32(v_hat.astype("<i2", copy=False).data, zlib.crc32(z_hat.data)))

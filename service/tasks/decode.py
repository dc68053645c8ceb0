"""Decode: a bitstream back to the latent, and x̂ = g(z)."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from hourglass.bitstream import entropy
from hourglass.bitstream.container import Container, Symbols
from hourglass.errors import BadBitstream
from hourglass.imaging import Picture
from hourglass.models.codec import Codec
from hourglass.models.repository import Model, Repository
from hourglass.models.runtime import Array
from service.scheduling.batching import Batcher
from service.timing import measured


async def decode(batcher: Batcher, repository: Repository, data: bytes) -> Picture:
    """The image of a bitstream.

    Raises BadBitstream for bytes that no encoder wrote, and NoSuchModel for those of a model not installed.
    """
    with measured("decode"):
        container, verify = Container.unpack(data)
        model = repository.identified(container.model)
    if isinstance(model, Codec):
        return await batcher.run_alone(model, lambda codec: show(codec, data))
    with measured("decode"):
        z = latent(model, container, verify)
    return Picture(await batcher.run(model, Model.decode_pixels, z))


def show(codec: Codec, data: bytes) -> Picture:
    """The photo of a bitstream: gray where it was gray, and with its alpha and profile. Raises BadBitstream."""
    pixels, extras = codec.decompress(data)
    if extras.gray:
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))[:, :, None]
    return Picture(pixels, extras.alpha, extras.icc)


def decompress(identified: Callable[[bytes], Model], data: bytes) -> tuple[Model, Array]:
    """The model that made a bitstream, found by its identity, and the latent z, float32 [size], that it holds."""
    container, verify = Container.unpack(data)
    model = identified(container.model)
    return model, latent(model, container, verify)


def latent(model: Model, container: Container, verify: Callable[[Symbols], None]) -> Array:
    """The latent z, float32 [size], of a file that ``model`` made. Raises BadBitstream."""
    _, height, width = model.shape
    if (container.width, container.height) != (width, height) or len(container.sections) != 1:
        raise BadBitstream(f"{model.name} makes one section of {width}x{height} pixels, the header says otherwise")
    symbols = entropy.decode(container.sections[0], model.tables.frequencies(container.quality))
    verify(symbols)
    return model.tables.dequantise(symbols, container.quality)

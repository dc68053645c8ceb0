"""Decode: a bitstream back to the latent, and x̂ = g(z)."""

from collections.abc import Callable

from service.batching import Batcher
from service.bitstream import entropy
from service.bitstream.container import Container
from service.errors import BadBitstream
from service.imaging import Pixels
from service.repository import Model, Repository
from service.runtime import Array
from service.timing import measured


async def decode(batcher: Batcher, repository: Repository, data: bytes) -> Pixels:
    """The image of a bitstream, uint8 [height, width, channels].

    Raises BadBitstream for bytes that no encoder wrote, and NoSuchModel for those of a model not installed.
    """
    with measured("decode"):
        model, z = decompress(repository.identified, data)
    return await batcher.run(model, Model.decode_pixels, z)


def decompress(identified: Callable[[bytes], Model], data: bytes) -> tuple[Model, Array]:
    """The model that made a bitstream, found by its identity, and the latent z, float32 [size], that it holds."""
    container, verify = Container.unpack(data)
    model = identified(container.model)
    _, height, width = model.shape
    if (container.width, container.height) != (width, height) or len(container.sections) != 1:
        raise BadBitstream(f"{model.name} makes one section of {width}x{height} pixels, the header says otherwise")
    symbols = entropy.decode(container.sections[0], model.tables.frequencies(container.quality))
    verify(symbols)
    return model, model.tables.dequantise(symbols, container.quality)

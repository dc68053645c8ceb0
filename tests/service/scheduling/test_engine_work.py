"""Work driven by the engine: items of several callers share batches, steps run on a worker."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, QueueFull
from hourglass.imaging import Picture
from hourglass.models.codec import Codec
from hourglass.models.repository import Repository
from hourglass.models.vector import VectorModel
from hourglass.models.work import Work
from service.metrics import Metrics
from service.scheduling.engine import Engine
from tests.conftest import MODELS, Labelled, model_of
from tests.service.scheduling.conftest import task_of


@pytest.fixture(scope="module")
def model(repository: Repository) -> VectorModel:
    return model_of(repository, "fashion-variational")


def scenario(steps: Callable[[Engine], Awaitable[None]], max_items: int = 64) -> None:
    async def run() -> None:
        engine = Engine(1, 8, max_items, Metrics())
        await steps(engine)
        await engine.close()

    asyncio.run(run())


def test_what_is_driven_gives_what_is_run_at_once(model: VectorModel, fashion: Labelled) -> None:
    images = fashion.images[:20]

    async def steps(engine: Engine) -> None:
        work = [model.encoding(model.take(Picture(image[:, :, None])), 50) for image in images]
        files = await asyncio.gather(*(engine.do(task_of(model), each) for each in work))
        shown = await asyncio.gather(
            *(engine.do(task_of(model), model.decoding(Container.unpack(each))) for each in files)
        )
        for image, file, picture in zip(images, files, shown, strict=True):
            assert len(file) == len(model.encode(image))
            assert np.array_equal(picture.pixels, model.decode(file).pixels)

    scenario(steps)


def test_many_items_of_one_work_come_back_in_order(model: VectorModel) -> None:
    async def steps(engine: Engine) -> None:
        z = model.draw(19, 1, 1.0)
        images = await engine.do(task_of(model), model.sampling(z))
        assert np.abs(images.astype(int) - model.decode_pixels(z)).max() <= 1

    scenario(steps)


def test_items_that_find_no_room_leave_the_queue_together(model: VectorModel) -> None:
    async def steps(engine: Engine) -> None:
        with pytest.raises(QueueFull):
            await engine.do(task_of(model), model.sampling(model.draw(40, 1, 1.0)))
        assert len(await engine.do(task_of(model), model.sampling(model.draw(4, 1, 1.0)))) == 4

    scenario(steps, max_items=16)


def test_steps_run_on_a_worker(model: VectorModel) -> None:
    def work() -> Work[list[int]]:
        threads = [threading.get_ident()]
        yield None
        for _ in range(2):
            threads.append(threading.get_ident())
            yield None
        return threads

    async def steps(engine: Engine) -> None:
        first, *others = await engine.do(task_of(model), work())
        assert first == threading.get_ident()
        assert len(set(others)) == 1 and first not in others

    scenario(steps)


def test_work_without_a_step_needs_no_worker(model: VectorModel, fashion: Labelled) -> None:
    async def steps(engine: Engine) -> None:
        picture = Picture(fashion.images[0][:, :, None])
        denoised = await engine.do(task_of(model), model.denoising(model.take(picture), 0))
        assert np.array_equal(denoised.picture.pixels, picture.pixels)

    scenario(steps)


def test_damaged_photo_is_refused_and_its_model_stays(fashion: Labelled) -> None:
    codec = Codec.open(MODELS / "photo-codec")
    file = codec.encode(fashion.images[0])

    async def steps(engine: Engine) -> None:
        for at in range(len(file) - 30, len(file)):
            changed = bytearray(file)
            changed[at] ^= 0x55
            with pytest.raises(BadBitstream):
                await engine.do(task_of(codec), codec.decoding(Container.unpack(bytes(changed))))
        assert engine.recovery.ailing == []

    scenario(steps)

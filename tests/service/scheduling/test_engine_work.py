"""Work driven by the engine: items of several callers share batches, steps run on a worker."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import numpy as np
import pytest

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, ModelFailed, QueueFull
from hourglass.imaging import Picture
from hourglass.models.codec import Codec
from hourglass.models.repository import Repository
from hourglass.models.vector import VectorModel
from hourglass.models.work import Work
from service.metrics import Metrics
from service.scheduling.engine import Engine
from service.scheduling.ledger import Ledger
from tests.conftest import MODELS, Labelled, model_of, wait_until
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


class Steps:
    """A model's double whose work notes each step, and when it is closed; ``gate`` lets each step go on."""

    name = "steps"

    def __init__(self) -> None:
        self.made: list[str] = []
        self.closed = threading.Event()
        self.entered, self.gate = threading.Semaphore(0), threading.Semaphore(0)
        self.stopped: list[int | None] = []

    def stop(self, thread: int | None = None) -> None:
        self.stopped.append(thread)
        self.gate.release()

    def rebuild(self) -> None:
        pass

    def work(self, name: str, steps: int) -> Work[str]:
        try:
            for _ in range(steps):
                yield None
                self.made.append(name)
                self.entered.release()
                self.gate.acquire()
                if self.stopped:
                    raise ArithmeticError("stopped")
            return name
        finally:
            self.closed.set()


def test_callers_take_turns_whatever_they_have_waiting() -> None:
    async def steps(engine: Engine) -> None:
        model = Steps()
        model.gate.release(100)
        greedy = [engine.do(task_of(model, "greedy"), model.work(f"greedy {each}", 4)) for each in range(3)]
        modest = engine.do(task_of(model, "modest"), model.work("modest", 4))
        await asyncio.gather(*greedy, modest)
        assert model.made.count("modest") == 4
        assert model.made[:9].count("modest") >= 3  # not after the greedy's 12

    scenario(steps)


def test_small_work_does_not_wait_for_a_step(model: VectorModel, fashion: Labelled) -> None:
    async def steps(engine: Engine) -> None:
        giant = Steps()
        working = asyncio.ensure_future(engine.do(task_of(giant), giant.work("giant", 1)))
        await asyncio.to_thread(giant.entered.acquire)
        image = model.take(Picture(fashion.images[0][:, :, None]))
        await engine.do(task_of(model), model.encoding(image, 50))
        assert not working.done()
        giant.gate.release()
        assert await working == "giant"

    scenario(steps)


def test_who_leaves_has_the_step_in_hand_stopped_and_no_other_made() -> None:
    async def steps(engine: Engine) -> None:
        model, ledger = Steps(), Ledger(100, Metrics())
        task = task_of(model, count=60, ledger=ledger)
        with task:
            working = asyncio.ensure_future(engine.do(task, model.work("left", 9)))
            await asyncio.to_thread(model.entered.acquire)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        assert [each is not None for each in model.stopped] == [True]  # on its own thread, not all
        await asyncio.to_thread(model.closed.wait)
        await asyncio.to_thread(wait_until, lambda: ledger.bytes == 0)
        assert model.made == ["left"]
        assert engine.recovery.ailing == []  # it was stopped, and has not failed

    scenario(steps)


def test_what_a_step_holds_counts_until_the_step_has_ended() -> None:
    class Deaf(Steps):
        def stop(self, thread: int | None = None) -> None:
            pass

    async def steps(engine: Engine) -> None:
        model, ledger = Deaf(), Ledger(100, Metrics())
        with task_of(model, count=60, ledger=ledger) as task:
            working = asyncio.ensure_future(engine.do(task, model.work("left", 9)))
            await asyncio.to_thread(model.entered.acquire)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        assert ledger.bytes == 60
        assert not model.closed.is_set()
        model.gate.release()
        await asyncio.to_thread(wait_until, lambda: ledger.bytes == 0)
        assert model.closed.is_set()

    scenario(steps)


def test_who_leaves_the_queue_has_its_work_closed() -> None:
    async def steps(engine: Engine) -> None:
        model, other, ledger = Steps(), Steps(), Ledger(100, Metrics())
        working = asyncio.ensure_future(engine.do(task_of(model), model.work("first", 1)))
        await asyncio.to_thread(model.entered.acquire)
        with task_of(other, count=60, ledger=ledger) as task:
            waiting = asyncio.ensure_future(engine.do(task, other.work("waits", 1)))
            await asyncio.sleep(0.01)
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        await asyncio.to_thread(wait_until, lambda: ledger.bytes == 0)
        assert other.closed.is_set() and other.made == []
        model.gate.release()
        await working

    scenario(steps)


def test_step_that_never_returns_is_given_up_and_holds_its_memory_until_it_does() -> None:
    class Deaf(Steps):
        def stop(self, thread: int | None = None) -> None:
            pass

    async def run() -> None:
        engine, model, ledger = Engine(1, 8, 64, Metrics(), stall_seconds=0.5), Deaf(), Ledger(100, Metrics())
        with pytest.raises(ModelFailed), task_of(model, count=60, ledger=ledger) as task:
            await engine.do(task, model.work("stalls", 2))
        assert ledger.bytes == 60
        model.gate.release()
        await asyncio.to_thread(wait_until, lambda: ledger.bytes == 0)
        healthy = Steps()
        healthy.gate.release()
        assert await engine.do(task_of(healthy), healthy.work("goes on", 1)) == "goes on"
        await engine.close()

    asyncio.run(run())

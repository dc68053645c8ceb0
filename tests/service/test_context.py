"""Reloads run one at a time and change all or nothing; work that has begun keeps its model."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from hourglass.errors import BrokenModel, ModelFailed
from hourglass.imaging import Pixels
from hourglass.models.repository import Changes
from hourglass.models.vector import VectorModel
from service.app import create_app
from service.context import Context
from service.settings import Settings
from tests.conftest import MODELS, from_file, model_of, wait_until
from tests.hourglass.models.test_repository import rewrite
from tests.load import faults
from tests.load.faults import NAME, RAISES, demanding

OTHER = "fashion-denoising"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder of one's own."""
    faults.install(tmp_path)
    (tmp_path / OTHER).symlink_to(MODELS / OTHER)
    return tmp_path


def scenario(models: Path, steps: Callable[[Context], Awaitable[None]]) -> None:
    async def run() -> None:
        context: Context = create_app(Settings(models=models, threads=1)).state.context
        await steps(context)
        await context.engine.close()

    with capture_logs():  # a traceback takes seconds to be laid out for a terminal
        asyncio.run(run())


def asking(demand: int) -> Pixels:
    """The pixels of ``demanding``, uint8 [28, 28, 1]."""
    return from_file(demanding(demand))[:, :, None]


def renew(models: Path) -> None:
    rewrite(models, lambda manifest: manifest.update(version="9.0.0"))


def test_unchanged_models_are_the_same_objects(models: Path) -> None:
    async def steps(context: Context) -> None:
        kept, replaced = context.repository.named(OTHER), context.repository.named(NAME)
        renew(models)
        assert await context.reload() == Changes([], [NAME], [], [OTHER])
        assert context.repository.named(OTHER) is kept
        assert context.repository.named(NAME) is not replaced

    scenario(models, steps)


def test_what_does_not_hold_changes_nothing(models: Path) -> None:
    async def steps(context: Context) -> None:
        old = context.repository
        renew(models)
        (models / "fashion-sparse").mkdir()
        (models / "fashion-sparse" / "manifest.json").write_text("{}")
        with pytest.raises(BrokenModel, match=r"fashion-sparse/manifest\.json"):
            await context.reload()
        assert context.repository is old
        (models / "fashion-sparse" / "manifest.json").unlink()
        assert (await context.reload()).replaced == [NAME]

    scenario(models, steps)


def test_of_two_at_once_one_comes_after_the_other(models: Path) -> None:
    async def steps(context: Context) -> None:
        renew(models)
        first, second = await asyncio.gather(context.reload(), context.reload())
        assert (first.replaced, second.replaced) == ([NAME], [])

    scenario(models, steps)


def test_reload_that_has_begun_is_finished_and_one_that_waits_is_not(models: Path) -> None:
    async def steps(context: Context) -> None:
        renew(models)
        begun, waiting = [asyncio.ensure_future(context.reload()) for _ in range(2)]
        await asyncio.sleep(0)
        for each in (begun, waiting):
            each.cancel()
        await asyncio.wait([begun, waiting])
        assert begun.cancelled()
        assert waiting.cancelled()
        assert await context.reload() == Changes([], [], [], [OTHER, NAME])
        assert context.repository.named(NAME).manifest.version == "9.0.0"

    scenario(models, steps)


def test_what_waits_for_a_replaced_model_runs_on_it(models: Path) -> None:
    async def steps(context: Context) -> None:
        model = model_of(context.repository, NAME)
        work = [
            asyncio.ensure_future(context.engine.run(model, VectorModel.encode_pixels, asking(each)))
            for each in (20, 0, 0)
        ]
        await asyncio.sleep(0)
        renew(models)
        assert (await context.reload()).replaced == [NAME]
        ran = await asyncio.gather(*work)
        assert np.array_equal(ran[1], model.encode_pixels(asking(0)[None])[0])

    scenario(models, steps)


def test_ailing_model_that_is_replaced_ails_no_more(models: Path) -> None:
    encoder = models / NAME / "encoder.onnx"

    async def steps(context: Context) -> None:
        old, graph = model_of(context.repository, NAME), encoder.read_bytes()
        encoder.unlink()
        os.mkfifo(encoder)  # loading the model now waits until something is written there
        with pytest.raises(ModelFailed):
            await context.engine.run(old, VectorModel.encode_pixels, asking(RAISES))
        waiting = asyncio.ensure_future(context.engine.run(old, VectorModel.encode_pixels, asking(0)))
        rebuild = await asyncio.to_thread(writer, encoder)
        assert NAME in context.unready
        encoder.unlink()
        encoder.write_bytes(graph)
        renew(models)
        assert (await context.reload()).replaced == [NAME]
        assert not context.unready
        with pytest.raises(ModelFailed):
            await waiting
        os.close(rebuild)  # it fails, and is not tried again
        with pytest.raises(ModelFailed):
            await context.engine.run(old, VectorModel.encode_pixels, asking(RAISES))
        assert not context.unready
        new = model_of(context.repository, NAME)
        assert (await context.engine.run(new, VectorModel.encode_pixels, asking(0))).shape == (32,)

    scenario(models, steps)


def writer(fifo: Path) -> int:
    """The end of ``fifo`` to write to, once somebody reads from the other."""
    opened: list[int] = []

    def is_read() -> bool:
        with suppress(OSError):
            opened.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        return bool(opened)

    wait_until(is_read)
    return opened[0]

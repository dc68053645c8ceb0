"""Tasks in hand: they hold what they need, and what will not fit does not begin."""

import pytest

from hourglass.errors import Overloaded, QueueFull, TooLarge
from hourglass.models.installed import Needs
from hourglass.models.repository import Repository
from service.metrics import Metrics
from service.scheduling.ledger import Ledger
from service.scheduling.tasks import Tasks

MILLION = 1_000_000


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(500 * MILLION, Metrics())


def test_task_holds_what_its_model_needs_or_what_decoding_does(ledger: Ledger, repository: Repository) -> None:
    codec, tasks = repository.named("photo-codec"), Tasks(ledger, 2)
    needs: Needs = codec.needs("encode", 1000, 1000)
    with ledger.order("a"):
        with tasks.begin(codec, "encode", 1000, 1000):
            assert ledger.bytes == needs.bytes
        with tasks.begin(codec, "encode", 1000, 1000, beside=90 * MILLION) as task:
            assert ledger.bytes == 90 * MILLION
            task.hold.shrink(needs.bytes)
            assert ledger.bytes == needs.bytes
    assert ledger.bytes == 0


def test_what_does_not_fit_into_memory_does_not_begin(ledger: Ledger, repository: Repository) -> None:
    codec, tasks = repository.named("photo-codec"), Tasks(ledger, 2)
    with ledger.order("a"), pytest.raises(TooLarge, match="memory"):
        tasks.begin(codec, "encode", 1000, 1000, beside=501 * MILLION)
    with (
        ledger.order("a"),
        tasks.begin(codec, "encode", 1000, 1000, beside=400 * MILLION),
        ledger.order("b"),
        pytest.raises(QueueFull),
    ):
        tasks.begin(codec, "encode", 1000, 1000, beside=101 * MILLION)
    assert ledger.bytes == 0


def test_what_is_in_hand_counts_for_the_next_and_no_longer_than_that(ledger: Ledger, repository: Repository) -> None:
    codec, tasks = repository.named("photo-codec"), Tasks(ledger, 1)
    seconds = codec.needs("encode", 3000, 3000).seconds
    with ledger.order("a") as order:
        order.due(1.5 * seconds)
        with tasks.begin(codec, "encode", 3000, 3000) as first, ledger.order("b") as other:
            other.due(1.5 * seconds)
            with pytest.raises(Overloaded, match="beside what is worked on"):
                tasks.begin(codec, "encode", 3000, 3000)
            first.spent = 0.8 * seconds
            with tasks.begin(codec, "encode", 3000, 3000):
                pass
    with ledger.order("a") as order:
        order.due(1.5 * seconds)
        with tasks.begin(codec, "encode", 3000, 3000):
            pass
        order.due(0.5 * seconds)
        with pytest.raises(TooLarge, match="even alone"):
            tasks.begin(codec, "encode", 3000, 3000)

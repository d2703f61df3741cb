"""Which batches may have lost reports: followed over a real store, and no more read than needed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest

from kvitto.core.outages import Outage, OutageCause, TimeRange
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.ui.reachability.exposed_batches import ExposedBatches
from kvitto.ui.services.context import Context
from tests.store.arrivals import a_report, arriving

HOUR: Final = timedelta(hours=1)
NOW: Final = datetime.now().astimezone()


class Stage:
    """A store, and what is read of it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.exposed = ExposedBatches(context.backend)
        self.mark(RecordHeartbeat(NOW - 100 * HOUR, NOW))

    def mark(self, edit: RecordHeartbeat | RecordOutage) -> None:
        self.context.backend.edit(edit).result(60)

    def close(self, begin_hours: float, end_hours: float) -> None:
        self.mark(
            RecordOutage(
                NOW - begin_hours * HOUR, NOW - end_hours * HOUR, OutageCause.TUNNEL, "dns"
            )
        )

    async def report(self, batch: str, hours: float, code: int = 112) -> None:
        at = NOW - hours * HOUR
        one = msgspec.structs.replace(a_report("m", batch_id=batch, code=code), created=at)
        await self.context.backend.append(arriving(one, at=at))

    def read(self) -> Mapping[int, Sequence[TimeRange]]:
        backend = self.context.backend
        batches = {one.key: one for one in backend.reader.batches()}
        outages: list[Outage] = backend.outages(NOW - 50 * HOUR)
        return self.exposed.read(batches, self.exposed.take_changed(), outages, NOW)


@pytest.fixture
def stage(context: Context) -> Stage:
    return Stage(context)


@pytest.mark.qasync
async def test_a_batch_that_changes_is_looked_at_again_and_others_stay(stage: Stage) -> None:
    stage.close(20, 10)
    await stage.report("a", 21)
    await stage.report("b", 9, code=101)
    assert list(stage.read()) == [1]

    await stage.report("c", 9, code=201)
    stage.exposed.note([3])
    assert list(stage.read()) == [1, 3]


@pytest.mark.qasync
async def test_another_outage_has_all_looked_at_again(stage: Stage) -> None:
    await stage.report("a", 21)
    assert stage.read() == {}

    stage.close(20, 10)
    [(key, [span])] = stage.read().items()
    assert key == 1
    assert span.begin == NOW - 20 * HOUR


@pytest.mark.qasync
async def test_an_outage_of_long_ago_leaves_its_mark(stage: Stage) -> None:
    stage.close(90, 80)
    await stage.report("a", 91)

    assert list(stage.read()) == [1]


@pytest.mark.qasync
async def test_a_batch_that_is_gone_is_left_out(stage: Stage) -> None:
    stage.close(20, 10)
    await stage.report("a", 21)
    assert list(stage.read()) == [1]

    stage.exposed.note([1])
    outages = stage.context.backend.outages(NOW - 50 * HOUR)
    assert stage.exposed.read({}, stage.exposed.take_changed(), outages, NOW) == {}

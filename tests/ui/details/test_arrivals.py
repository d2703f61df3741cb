"""How a batch's reports came, read from a real store."""

from datetime import timedelta

import pytest

from kvitto.clock import utc_now
from kvitto.core.delay import DelayReason
from kvitto.core.outages import OutageCause
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.details.arrivals import read_arrivals
from kvitto.ui.services.context import Context
from tests.store.arrivals import a_report
from tests.ui.details.arriving import begin, the_batch, told

pytestmark = pytest.mark.qasync
MINUTE = timedelta(minutes=1)
NOW = utc_now()
BEGIN = (NOW - 100 * MINUTE).replace(second=5, microsecond=0)


async def arrive(
    context: Context, message_id: str, minute: float, *, code: int = 102, lag_s: float = 1
) -> None:
    arrived = BEGIN + minute * MINUTE
    report = a_report(message_id, code=code, final=code >= 200)
    struct = type(report)(
        **{name: getattr(report, name) for name in report.__struct_fields__}
        | {"created": arrived - timedelta(seconds=lag_s)}
    )
    await context.backend.append(ReportRequest(struct, b"", arrived))


async def test_reports_are_counted_by_the_minute_and_closed_times_cut_to_the_batch(
    context: Context,
) -> None:
    await begin(context)
    context.backend.edit(RecordHeartbeat(BEGIN - 90 * MINUTE, NOW, is_stopped=True)).result(60)
    cut_off = RecordOutage(BEGIN - 5 * MINUTE, BEGIN + MINUTE, OutageCause.TUNNEL)
    context.backend.edit(cut_off).result(60)
    await arrive(context, "m1", 0)
    await arrive(context, "m2", 0.5, lag_s=30)
    await arrive(context, "m1", 3, code=201)
    await arrive(context, "m2", 9, code=201)
    await told(context)

    arrivals = read_arrivals(context.backend, the_batch(context), NOW, None)

    line = arrivals.line
    assert (line.begin_s, line.part_s) == (BEGIN.replace(second=0).timestamp(), 60.0)
    assert line.counts == (2, 0, 0, 1, 0, 0, 0, 0, 0, 1)
    assert not line.goes_on
    assert line.closed == (
        ShadedBand(line.begin_s, (BEGIN + MINUTE).timestamp(), OutageCause.TUNNEL),
    )
    assert arrivals.spread is not None
    assert arrivals.spread.reasons == {DelayReason.PROMPT: 3, DelayReason.NETWORK: 1}


async def test_a_batch_that_is_not_finished_goes_on_until_now(context: Context) -> None:
    await begin(context)
    await arrive(context, "m1", 0)
    await told(context)

    line = read_arrivals(context.backend, the_batch(context), NOW, None).line

    assert line.goes_on
    assert line.end_s >= NOW.timestamp()
    assert sum(line.counts) == 1


async def test_a_long_batch_has_parts_of_several_minutes(context: Context) -> None:
    await begin(context)
    await arrive(context, "m1", 0)
    await told(context)

    line = read_arrivals(context.backend, the_batch(context), BEGIN + 1000 * MINUTE, None).line

    assert line.part_s == 9 * 60.0
    assert len(line.counts) == 112


async def test_a_further_reading_goes_on_from_the_one_before(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(context)
    await arrive(context, "m1", 0)
    await told(context)
    batch = the_batch(context)
    first = read_arrivals(context.backend, batch, NOW, None)
    with monkeypatch.context() as patch:
        patch.setattr(
            context.backend.outage_queries, "delay_stats", None
        )  # would fail if it were called
        again = read_arrivals(context.backend, batch, NOW + MINUTE, first)
    assert again.spread == first.spread

    await arrive(context, "m2", 1)
    await told(context)
    third = read_arrivals(context.backend, the_batch(context), NOW, again)

    assert sum(third.line.counts) == 2
    assert third.spread is not None
    assert third.spread.reasons == {DelayReason.PROMPT: 2}

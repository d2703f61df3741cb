"""Refused requests: stored, counted, and a line in the log for each kind."""

import logging
from datetime import UTC, datetime

import pytest

from app.core.refusal import RefusalKind
from app.core.report import Origin
from app.receiver.refused_requests import LINE_EVERY_S, MOST_NOTED, RefusedRequests
from app.receiver.tally import Tally
from app.store.arrivals import RefusedArrival
from app.store.errors import QueueFullError
from tests.receiver.shelf import Shelf

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def refused(
    kind: RefusalKind = RefusalKind.NOT_JSON, origin: Origin = Origin.WEBHOOK
) -> RefusedArrival:
    return RefusedArrival(kind, "A reason.", b"private", 7, (), NOON, 1, origin)


async def test_the_log_has_a_line_for_each_kind_and_no_more_in_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    seconds = [1000.0]
    requests = RefusedRequests(Shelf().append, Tally(), lambda: seconds[0])
    for _ in range(50):
        await requests.keep(refused())
        await requests.keep(refused(RefusalKind.CUT_OFF))
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "Refused at the right URL: not_json (1)",
        "Refused at the right URL: cut_off (1)",
    ]
    seconds[0] += LINE_EVERY_S
    requests.write_log()
    assert [record.getMessage()[-4:] for record in caplog.records[2:]] == ["(49)", "(49)"]
    assert "private" not in caplog.text


async def test_what_is_noted_is_stored_once_it_can_be() -> None:
    shelf, tally = Shelf(), Tally()
    requests = RefusedRequests(shelf.append, tally, lambda: 0.0)
    requests.note(refused())
    shelf.failure = QueueFullError(1)
    await requests.store_noted()
    assert (requests.has_noted(), tally.refused) == (True, 0)
    shelf.failure = None
    await requests.flush()
    assert (requests.has_noted(), tally.refused, len(shelf.stored)) == (False, 1, 1)


async def test_no_more_than_the_bound_waits_to_be_stored() -> None:
    shelf = Shelf()
    requests = RefusedRequests(shelf.append, Tally(), lambda: 0.0)
    for _ in range(MOST_NOTED + 10):
        requests.note(refused())
    await requests.flush()
    assert len(shelf.stored) == MOST_NOTED


async def test_what_the_demo_posts_is_kept_and_not_counted() -> None:
    shelf, tally = Shelf(), Tally()
    await RefusedRequests(shelf.append, tally, lambda: 0.0).keep(refused(origin=Origin.DEMO))
    assert (len(shelf.stored), tally.refused) == (1, 0)

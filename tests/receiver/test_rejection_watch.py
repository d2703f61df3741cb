"""Refused requests: stored, counted, and a line in the log for each kind."""

import logging
from datetime import UTC, datetime

import pytest

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.rejection_watch import LINE_EVERY_S, MOST_NOTED, RejectionWatch
from kvitto.store.errors import QueueFullError
from kvitto.store.write_requests import RejectedRequest
from tests.receiver.fake_store import FakeStore

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def refused(
    kind: RejectionKind = RejectionKind.NOT_JSON, origin: Origin = Origin.WEBHOOK
) -> RejectedRequest:
    return RejectedRequest(
        kind, RejectionReason(ReasonCode.BODY_NOT_JSON), b"private", 7, (), NOON, 1, origin
    )


async def test_the_log_has_a_line_for_each_kind_and_no_more_in_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    seconds = [1000.0]
    requests = RejectionWatch(FakeStore().append, Metrics(), lambda: seconds[0])
    for _ in range(50):
        await requests.keep(refused())
        await requests.keep(refused(RejectionKind.CUT_OFF))
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
    fake_store, metrics = FakeStore(), Metrics()
    requests = RejectionWatch(fake_store.append, metrics, lambda: 0.0)
    requests.note(refused())
    fake_store.failure = QueueFullError(1)
    await requests.store_noted()
    assert (requests.has_noted(), metrics.refused) == (True, 0)
    fake_store.failure = None
    await requests.flush()
    assert (requests.has_noted(), metrics.refused, len(fake_store.stored)) == (False, 1, 1)


async def test_no_more_than_the_bound_waits_to_be_stored() -> None:
    fake_store = FakeStore()
    requests = RejectionWatch(fake_store.append, Metrics(), lambda: 0.0)
    for _ in range(MOST_NOTED + 10):
        requests.note(refused())
    await requests.flush()
    assert len(fake_store.stored) == MOST_NOTED


async def test_what_the_demo_posts_is_kept_and_not_counted() -> None:
    fake_store, metrics = FakeStore(), Metrics()
    await RejectionWatch(fake_store.append, metrics, lambda: 0.0).keep(refused(origin=Origin.DEMO))
    assert (len(fake_store.stored), metrics.refused) == (1, 0)

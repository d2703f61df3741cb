"""Store and receiver together: keys that change while reports come in, and what is forgotten."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from kvitto.clock import utc_now
from kvitto.core.awaited import UNHEARD_OF
from kvitto.core.report import DeliveryReport
from kvitto.paths import database_file
from kvitto.receiver.heartbeat import HeartbeatWriter
from kvitto.receiver.receiver_errors import LoopFaultError, problem_of
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.receiver.urls import callback_url
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.database import open_database
from kvitto.store.errors import DailyLimitError, DatabaseGoneError
from kvitto.store.purge import Purger
from kvitto.store.retention import Retention, RetentionRule
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import lay_new_database
from tests.helpers.posting import Answer, Poster, post, report_body
from tests.receiver.wire import wait_until
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.receiver_run_rows import receiver_runs

BIG = 6_000


@pytest.fixture
def runtime(data_dir: Path) -> Iterator[ReceiverRuntime]:
    with ReceiverRuntime(lay_new_database(data_dir), port=0) as opened:
        yield opened


def url_of(runtime: ReceiverRuntime, callback_key: CallbackKey) -> str:
    return callback_url(runtime.service.host, runtime.service.port, callback_key.value)


def answer_of(runtime: ReceiverRuntime, callback_key: CallbackKey, message_id: str = "m1") -> int:
    return post(url_of(runtime, callback_key), report_body(message_id))[0]


def wait_for_answer(runtime: ReceiverRuntime, callback_key: CallbackKey, status: int) -> None:
    """Wait until reports by `callback_key` are answered with `status`."""
    until = time.monotonic() + 60
    while answer_of(runtime, callback_key) != status:
        assert time.monotonic() < until


def test_callback_keys_that_another_process_renews_and_ends_are_noticed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kvitto.receiver.runtime.HeartbeatWriter", partial(HeartbeatWriter, every_s=0.05)
    )
    with ReceiverRuntime(data_dir, port=0) as runtime, open_database(data_dir) as elsewhere:
        [old] = runtime.callback_keys.valid()
        new = CallbackKeyStore(elsewhere).make(utc_now())
        wait_for_answer(runtime, new, 200)
        assert runtime.callback_url == url_of(runtime, new)
        assert answer_of(runtime, old) == 200

        CallbackKeyStore(elsewhere).revoke(old.key, utc_now())
        wait_for_answer(runtime, old, 404)
        assert answer_of(runtime, new) == 200


def test_a_renewed_callback_key_that_no_batch_needs_is_ended(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kvitto.receiver.runtime.HeartbeatWriter", partial(HeartbeatWriter, every_s=0.05)
    )
    with open_database(data_dir) as elsewhere:
        long_ago = utc_now() - 2 * UNHEARD_OF
        old = CallbackKeyStore(elsewhere).make(long_ago)
        new = CallbackKeyStore(elsewhere).rotate(old.key, long_ago)

    with ReceiverRuntime(data_dir, port=0) as runtime:
        until = time.monotonic() + 60
        while runtime.callback_keys.valid() != [new]:
            assert time.monotonic() < until
        wait_for_answer(runtime, old, 404)
        assert answer_of(runtime, new) == 200


def test_the_final_report_by_a_rotated_callback_key_is_taken_after_three_days_of_silence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kvitto.receiver.runtime.HeartbeatWriter", partial(HeartbeatWriter, every_s=0.05)
    )
    with open_database(data_dir) as elsewhere:
        writer = Writer(elsewhere)
        writer.start()
        old = CallbackKeyStore(elsewhere).make(utc_now() - timedelta(days=20))
        CallbackKeyStore(elsewhere).rotate(old.key, utc_now() - timedelta(days=19))
        last = utc_now() - timedelta(hours=75)
        report = DeliveryReport("m1", "b1", 112)
        asyncio.run(_stored(writer, ReportRequest(report, b"{}", last, old.key)))
        writer.close()

    with ReceiverRuntime(data_dir, port=0) as runtime:
        signs = {one.heartbeat_at_us for one in receiver_runs(runtime.database)}
        until = time.monotonic() + 60
        while {one.heartbeat_at_us for one in receiver_runs(runtime.database)} <= signs:
            assert time.monotonic() < until
        assert answer_of(runtime, old) == 200


async def _stored(writer: Writer, arrival: ReportRequest) -> None:
    await writer.append(arrival)


def test_when_the_only_callback_key_ends_there_is_another(runtime: ReceiverRuntime) -> None:
    [only] = runtime.callback_keys.valid()
    runtime.callback_keys.revoke(only.key, utc_now())

    runtime.keys.read()

    assert answer_of(runtime, only) == 404
    [new] = runtime.callback_keys.valid()
    assert answer_of(runtime, new) == 200


def test_it_is_known_when_a_callback_key_was_used_last(runtime: ReceiverRuntime) -> None:
    [old] = runtime.callback_keys.valid()
    new = runtime.callback_keys.make(utc_now())
    runtime.keys.read()
    assert runtime.callback_keys.last_arrivals() == {}

    before = utc_now()
    assert answer_of(runtime, old) == 200
    assert answer_of(runtime, new, "m2") == 200
    assert answer_of(runtime, new, "m3") == 200

    last = runtime.callback_keys.last_arrivals()
    assert before <= last[old.key] <= last[new.key] <= utc_now()
    assert set(runtime.callback_keys.last_arrivals(among=2)) == {new.key}, "of the latest only"


def wait_for_the_first_heartbeat(runtime: ReceiverRuntime) -> None:
    """Wait until it is noted: another thread does that at some time."""
    for _ in range(1000):
        if receiver_runs(runtime.database):
            return
        threading.Event().wait(0.01)
    pytest.fail("no heartbeat was noted")


def test_no_callback_key_is_made_in_a_database_that_is_gone(runtime: ReceiverRuntime) -> None:
    wait_for_the_first_heartbeat(runtime)
    database_file(runtime.folder).rename(runtime.folder / "elsewhere.db")

    with pytest.raises(DatabaseGoneError):
        runtime.callback_keys.make(utc_now())

    assert not database_file(runtime.folder).exists()
    (runtime.folder / "elsewhere.db").rename(database_file(runtime.folder))


async def test_reports_are_answered_while_a_big_batch_is_forgotten(
    runtime: ReceiverRuntime,
) -> None:
    long_ago = utc_now() - timedelta(days=100)
    for part in range(6):
        some = [a_report(f"m{part}-{n}", code=201, final=True) for n in range(BIG // 6)]
        await append_all(runtime.writer, [arriving(one, at=long_ago) for one in some])
    retention = Retention(runtime.database)
    now = utc_now()
    due = await asyncio.to_thread(retention.due, RetentionRule(30, keeps_sums=False), now)
    assert due.messages == BIG
    purging = Purger(edit=runtime.writer.edit)
    answered: list[Answer] = []

    async with Poster(runtime.callback_url, answered.append, connections=4) as poster:
        run = asyncio.create_task(purging.run(due, now))  # noqa: TID251 - awaited below
        posted = 0
        while not run.done():
            bodies = [report_body(f"n{posted + n}", batch_id="new") for n in range(20)]
            await poster.post_paced(bodies, 200)
            posted += len(bodies)
        purged = await run

    assert (purged.batches, purged.messages) == (1, BIG)
    assert {one.status for one in answered} == {200}
    assert len(answered) == posted >= 20, "reports came in during the run"
    checked = await asyncio.to_thread(check, runtime.database)
    assert checked.differences == []


@pytest.mark.skipif(os.name != "posix", reason="folders have other rights elsewhere")
def test_it_is_said_once_that_others_can_list_the_folder(
    data_dir: Path, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    (data_dir / "holiday.jpg").touch()
    data_dir.chmod(0o755)

    with log_watch.expect(logging.WARNING, "not Kvitto's alone"), ReceiverRuntime(data_dir, port=0):
        pass

    told = [record for record in caplog.records if "not Kvitto's alone" in record.getMessage()]
    assert len(told) == 1


def test_a_key_that_stored_as_much_as_it_may_is_told_to_try_again_later(
    runtime: ReceiverRuntime, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_REPORTS", 2)
    [full] = runtime.callback_keys.valid()
    other = runtime.callback_keys.make(utc_now())
    runtime.keys.read()
    assert {answer_of(runtime, full, f"m{n}") for n in range(2)} == {200}

    with log_watch.expect(logging.WARNING, "More reports came by one callback URL today"):
        assert answer_of(runtime, full, "m2") == 503
    assert answer_of(runtime, full, "m3") == 503

    assert answer_of(runtime, other) == 200
    assert runtime.status().alarm == problem_of(DailyLimitError())
    assert runtime.writer.failures == 0

    runtime.writer.edit(RaiseDailyLimit(utc_now())).result(60)
    assert answer_of(runtime, full, "m3") == 200
    assert runtime.status().alarm is None


def test_a_mistake_in_a_loop_is_told_by_the_status_and_reports_are_stored_all_the_same(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    monkeypatch.setattr(
        "kvitto.receiver.runtime.HeartbeatWriter", partial(HeartbeatWriter, every_s=0.05)
    )
    with ReceiverRuntime(data_dir, port=0) as runtime:
        with log_watch.expect(logging.ERROR, "a mistake while writing heartbeats"):
            monkeypatch.setattr(runtime.keys, "read", lambda: 1 / 0)
            wait_until(lambda: runtime.status().notice is not None, "the status tells of it")
            monkeypatch.undo()

        assert runtime.status().notice == problem_of(LoopFaultError())
        [key] = runtime.callback_keys.valid()
        assert answer_of(runtime, key) == 200


def test_the_limit_of_a_key_that_was_ended_is_no_news(
    runtime: ReceiverRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.daily_limit.MOST_REPORTS", 1)
    [full] = runtime.callback_keys.valid()
    assert answer_of(runtime, full) == 200
    assert runtime.status().alarm

    runtime.callback_keys.revoke(full.key, utc_now())
    runtime.keys.read()

    assert runtime.status().alarm is None


def test_a_report_with_a_huge_field_of_others_is_taken(runtime: ReceiverRuntime) -> None:
    [callback_key] = runtime.callback_keys.valid()
    body = report_body("m1")[:-1] + b', "more": "' + b"x" * 60_000 + b'"}'
    assert post(url_of(runtime, callback_key), body)[0] == 200
    [one] = runtime.reader.stream_reports()
    assert one.body_bytes == len(body)
    assert len(one.body) < 5_000

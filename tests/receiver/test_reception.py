"""Store and receiver together: secrets that change while reports come in, and what is forgotten."""

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

from app.clock import utc_now
from app.core.awaited import UNHEARD_OF
from app.core.report import DeliveryReport
from app.receiver.address import callback_url
from app.receiver.journal import Journal
from app.receiver.reception import Reception
from app.store.arrivals import ReportArrival
from app.store.check import check
from app.store.daily_limit import RaiseDailyLimit
from app.store.database import open_database
from app.store.errors import DailyLimitError, DatabaseGoneError
from app.store.forgetting import Forgetter
from app.store.retention import Retention, RetentionRule
from app.store.secrets import CallbackSecret, SecretStore
from app.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import lay_new_database
from tests.helpers.posting import Answer, Poster, post, report_body
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.openings import openings

BIG = 6_000


@pytest.fixture
def reception(data_dir: Path) -> Iterator[Reception]:
    with Reception(lay_new_database(data_dir), port=0) as opened:
        yield opened


def url_of(reception: Reception, secret: CallbackSecret) -> str:
    return callback_url(reception.service.host, reception.service.port, secret.value)


def answer_of(reception: Reception, secret: CallbackSecret, message_id: str = "m1") -> int:
    return post(url_of(reception, secret), report_body(message_id))[0]


def wait_for_answer(reception: Reception, secret: CallbackSecret, status: int) -> None:
    """Wait until reports by `secret` are answered with `status`."""
    until = time.monotonic() + 10
    while answer_of(reception, secret) != status:
        assert time.monotonic() < until


def test_secrets_that_another_process_renews_and_ends_are_noticed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.receiver.reception.Journal", partial(Journal, every_s=0.05))
    with Reception(data_dir, port=0) as reception, open_database(data_dir) as elsewhere:
        [old] = reception.secrets.valid()
        new = SecretStore(elsewhere).make(utc_now())
        wait_for_answer(reception, new, 200)
        assert reception.callback_url == url_of(reception, new)
        assert answer_of(reception, old) == 200

        SecretStore(elsewhere).end(old.key, utc_now())
        wait_for_answer(reception, old, 404)
        assert answer_of(reception, new) == 200


def test_a_renewed_secret_that_no_batch_needs_is_ended(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.receiver.reception.Journal", partial(Journal, every_s=0.05))
    with open_database(data_dir) as elsewhere:
        long_ago = utc_now() - 2 * UNHEARD_OF
        old = SecretStore(elsewhere).make(long_ago)
        new = SecretStore(elsewhere).renew(old.key, long_ago)

    with Reception(data_dir, port=0) as reception:
        until = time.monotonic() + 10
        while reception.secrets.valid() != [new]:
            assert time.monotonic() < until
        wait_for_answer(reception, old, 404)
        assert answer_of(reception, new) == 200


def test_the_final_report_by_a_rotated_secret_is_taken_after_three_days_of_silence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.receiver.reception.Journal", partial(Journal, every_s=0.05))
    with open_database(data_dir) as elsewhere:
        writer = Writer(elsewhere)
        writer.start()
        old = SecretStore(elsewhere).make(utc_now() - timedelta(days=20))
        SecretStore(elsewhere).renew(old.key, utc_now() - timedelta(days=19))
        last = utc_now() - timedelta(hours=75)
        report = DeliveryReport("m1", "b1", 112)
        asyncio.run(_stored(writer, ReportArrival(report, b"{}", last, old.key)))
        writer.close()

    with Reception(data_dir, port=0) as reception:
        signs = {one.last_us for one in openings(reception.database)}
        until = time.monotonic() + 10
        while {one.last_us for one in openings(reception.database)} <= signs:
            assert time.monotonic() < until
        assert answer_of(reception, old) == 200


async def _stored(writer: Writer, arrival: ReportArrival) -> None:
    await writer.append(arrival)


def test_when_the_only_secret_ends_there_is_another(reception: Reception) -> None:
    [only] = reception.secrets.valid()
    reception.secrets.end(only.key, utc_now())

    reception.read_secrets()

    assert answer_of(reception, only) == 404
    [new] = reception.secrets.valid()
    assert answer_of(reception, new) == 200


def test_it_is_known_when_a_secret_was_used_last(reception: Reception) -> None:
    [old] = reception.secrets.valid()
    new = reception.secrets.make(utc_now())
    reception.read_secrets()
    assert reception.secrets.last_arrivals() == {}

    before = utc_now()
    assert answer_of(reception, old) == 200
    assert answer_of(reception, new, "m2") == 200
    assert answer_of(reception, new, "m3") == 200

    last = reception.secrets.last_arrivals()
    assert before <= last[old.key] <= last[new.key] <= utc_now()
    assert set(reception.secrets.last_arrivals(among=2)) == {new.key}, "of the latest only"


def wait_for_the_journal(reception: Reception) -> None:
    """Wait until the first sign of life is written: another thread does that at some time."""
    for _ in range(1000):
        if openings(reception.database):
            return
        threading.Event().wait(0.01)
    pytest.fail("no sign of life was written")


def test_no_secret_is_made_in_a_database_that_is_gone(reception: Reception) -> None:
    wait_for_the_journal(reception)
    reception.database.path.rename(reception.folder / "elsewhere.db")

    with pytest.raises(DatabaseGoneError):
        reception.secrets.make(utc_now())

    assert not reception.database.path.exists()
    (reception.folder / "elsewhere.db").rename(reception.database.path)


async def test_reports_are_answered_while_a_big_batch_is_forgotten(reception: Reception) -> None:
    long_ago = utc_now() - timedelta(days=100)
    for part in range(6):
        some = [a_report(f"m{part}-{n}", code=201, final=True) for n in range(BIG // 6)]
        await append_all(reception.writer, [arriving(one, at=long_ago) for one in some])
    retention = Retention(reception.database)
    now = utc_now()
    due = await asyncio.to_thread(retention.due, RetentionRule(30, keeps_sums=False), now)
    assert due.messages == BIG
    forgetting = Forgetter(retention, edit=reception.writer.edit, in_thread=asyncio.to_thread)
    answered: list[Answer] = []

    async with Poster(reception.callback_url, answered.append, connections=4) as poster:
        run = asyncio.create_task(forgetting.run(due, now))  # noqa: TID251 - awaited below
        posted = 0
        while not run.done():
            bodies = [report_body(f"n{posted + n}", batch_id="new") for n in range(20)]
            await poster.post_paced(bodies, 200)
            posted += len(bodies)
        forgotten = await run

    assert (forgotten.batches, forgotten.messages) == (1, BIG)
    assert {one.status for one in answered} == {200}
    assert len(answered) == posted >= 20, "reports came in during the run"
    checked = await asyncio.to_thread(check, reception.database)
    assert checked.differences == []


@pytest.mark.skipif(os.name != "posix", reason="folders have other rights elsewhere")
def test_it_is_said_once_that_others_can_list_the_folder(
    data_dir: Path, log_watch: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    (data_dir / "holiday.jpg").touch()
    data_dir.chmod(0o755)

    with log_watch.expect(logging.WARNING, "not Kvitto's alone"), Reception(data_dir, port=0):
        pass

    told = [record for record in caplog.records if "not Kvitto's alone" in record.getMessage()]
    assert len(told) == 1


def test_a_key_that_stored_as_much_as_it_may_is_told_to_try_again_later(
    reception: Reception, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    monkeypatch.setattr("app.store.daily_limit.MOST_REPORTS", 2)
    [full] = reception.secrets.valid()
    other = reception.secrets.make(utc_now())
    reception.read_secrets()
    assert {answer_of(reception, full, f"m{n}") for n in range(2)} == {200}

    with log_watch.expect(logging.WARNING, "More reports came by one callback URL today"):
        assert answer_of(reception, full, "m2") == 503
    assert answer_of(reception, full, "m3") == 503

    assert answer_of(reception, other) == 200
    assert reception.status().alarm == DailyLimitError().sentence
    assert reception.writer.failures == 0

    reception.writer.edit(RaiseDailyLimit(utc_now())).result(10)
    assert answer_of(reception, full, "m3") == 200
    assert reception.status().alarm == ""


def test_the_limit_of_a_key_that_was_ended_is_no_news(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.daily_limit.MOST_REPORTS", 1)
    [full] = reception.secrets.valid()
    assert answer_of(reception, full) == 200
    assert reception.status().alarm

    reception.secrets.end(full.key, utc_now())
    reception.read_secrets()

    assert reception.status().alarm == ""


def test_a_report_with_a_huge_field_of_others_is_taken(reception: Reception) -> None:
    [secret] = reception.secrets.valid()
    body = report_body("m1")[:-1] + b', "more": "' + b"x" * 60_000 + b'"}'
    assert post(url_of(reception, secret), body)[0] == 200
    [one] = reception.reader.stream_reports()
    assert one.body_bytes == len(body)
    assert len(one.body) < 5_000

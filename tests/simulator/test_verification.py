"""The comparison finds whatever is wrong in a store, and nothing else."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from typing_extensions import override

from kvitto.core.ip1_parser import parse
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.requests import Post, PostAnswer
from kvitto.simulator.retry_queue import Attempt
from kvitto.simulator.summary import PostingSummary
from kvitto.simulator.verification import Verification, verify
from kvitto.store.check_result import MAX_DIFFERENCES
from kvitto.store.database import FileDatabase
from kvitto.store.reader import Reader
from kvitto.store.records import MessageRecord
from kvitto.store.search_conditions import ShownScope
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.simulator.campaigns import a_campaign, of_profile, reports_of
from tests.store.arrivals import append_all

BEGAN = datetime(2026, 2, 1, tzinfo=UTC)
OK = PostAnswer(200, 0, b"")
CAMPAIGN = a_campaign(messages=30)


def answered(score: PostingSummary, posts: Iterable[Post]) -> None:
    for post in posts:
        score.begin(Attempt(post, tries=1))
        score.note_sent(post)
        score.answer(post, OK, 0.001)


def unanswered(score: PostingSummary, posts: Iterable[Post]) -> None:
    for post in posts:
        score.begin(Attempt(post, tries=1))
        score.note_sent(post)


async def store(writer: Writer, posts: Iterable[Post], arrived: datetime = BEGAN) -> None:
    await append_all(
        writer,
        [
            ReportRequest(parse(post.body), post.body, arrived + timedelta(milliseconds=number))
            for number, post in enumerate(posts)
        ],
    )


def compared(reader: Reader, score: PostingSummary, campaign: Campaign = CAMPAIGN) -> Verification:
    return verify(reader, campaign, score, began=BEGAN)


def tamper(database: FileDatabase, statement: str) -> None:
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    connection.close()


@pytest.fixture
async def all_stored(writer: Writer) -> PostingSummary:
    """Have the whole campaign stored and answered."""
    score = PostingSummary()
    posts = reports_of(CAMPAIGN)
    await store(writer, posts)
    answered(score, posts)
    return score


# --- What is right ------------------------------------------------------------------------------


async def test_a_good_store_agrees(reader: Reader, all_stored: PostingSummary) -> None:
    result = compared(reader, all_stored)
    assert result.differences == []
    assert (result.batches, result.messages) == (3, 30)
    assert result.reports == result.copies == len(reports_of(CAMPAIGN))


@pytest.mark.parametrize("profile", ["calm", "campaign", "hostile"])
async def test_so_it_does_in_any_order_of_arrival(
    profile: str, writer: Writer, reader: Reader
) -> None:
    campaign = of_profile(profile, messages=100)
    posts = sorted(reports_of(campaign), key=lambda post: post.body[::-1])
    score = PostingSummary()
    await store(writer, posts)
    answered(score, posts)
    result = compared(reader, score, campaign)
    assert result.differences == []
    assert result.copies == len(posts) >= result.reports


async def test_what_was_never_answered_may_be_stored_or_not(writer: Writer, reader: Reader) -> None:
    posts = reports_of(CAMPAIGN)
    score = PostingSummary()
    await store(writer, posts[::2])
    unanswered(score, posts)
    result = compared(reader, score)
    assert result.differences == []
    assert result.uncertain == len(posts)
    assert result.uncertain_stored == len(posts[::2])


async def test_what_was_never_sent_is_not_missed(reader: Reader) -> None:
    result = compared(reader, PostingSummary())
    assert result.differences == []
    assert (result.messages, result.reports) == (30, 0)


async def test_other_campaigns_in_the_store_are_nobodys_business(
    writer: Writer, reader: Reader, all_stored: PostingSummary
) -> None:
    await store(writer, reports_of(a_campaign(seed=2)))
    assert compared(reader, all_stored).differences == []


async def test_the_same_campaign_may_have_been_posted_before(
    writer: Writer, reader: Reader
) -> None:
    posts = reports_of(CAMPAIGN)
    await store(writer, posts, BEGAN - timedelta(days=1))
    score = PostingSummary()
    answered(score, posts[:50])
    result = compared(reader, score)
    assert result.differences == []
    assert result.known_before == len(posts)


class BusyReader(Reader):
    """Has something happen in the middle of the first reading: the reports are read already."""

    def __init__(self, database: FileDatabase, happening: Callable[[], None]) -> None:
        super().__init__(database)
        self._happening = [happening]

    @override
    def stream_messages(
        self,
        batch_key: int | None = None,
        *,
        with_demo: bool = True,
        shown: ShownScope | None = None,
    ) -> Generator[MessageRecord, None, None]:
        while self._happening:
            self._happening.pop()()
        yield from super().stream_messages(batch_key, with_demo=with_demo, shown=shown)


async def test_a_store_that_changes_meanwhile_is_read_again(
    writer: Writer, database: FileDatabase
) -> None:
    posts = reports_of(CAMPAIGN)
    score = PostingSummary()
    await store(writer, [post for post in posts if post.message % 3])
    unanswered(score, posts + posts)
    loop = asyncio.get_running_loop()

    def store_the_rest() -> None:
        asyncio.run_coroutine_threadsafe(store(writer, posts), loop).result(60)

    reader = BusyReader(database, store_the_rest)
    result = await asyncio.to_thread(compared, reader, score)
    assert result.differences == []
    assert result.uncertain_stored == len(posts)


async def test_progress_is_told(reader: Reader) -> None:
    told: list[tuple[int, int]] = []
    verify(
        reader, CAMPAIGN, PostingSummary(), began=BEGAN, on_progress=lambda *done: told.append(done)
    )
    assert told[0] == (0, 30)


# --- What is wrong ------------------------------------------------------------------------------


async def test_a_report_that_was_answered_200_and_is_gone(writer: Writer, reader: Reader) -> None:
    posts = reports_of(CAMPAIGN)
    score = PostingSummary()
    await store(writer, posts[1:])
    answered(score, posts)
    result = compared(reader, score)
    assert any("answered 200 and is gone" in one for one in result.differences)


async def test_a_whole_store_that_is_gone(reader: Reader) -> None:
    score = PostingSummary()
    answered(score, reports_of(CAMPAIGN))
    result = compared(reader, score)
    assert result.found == len(reports_of(CAMPAIGN)) + 1
    assert len(result.differences) == MAX_DIFFERENCES


async def test_a_report_that_was_never_sent(writer: Writer, reader: Reader) -> None:
    posts = reports_of(CAMPAIGN)
    score = PostingSummary()
    await store(writer, posts)
    answered(score, posts[:-1])
    result = compared(reader, score)
    assert any("stored and was never sent" in one for one in result.differences)


async def test_a_message_that_nobody_sent(
    writer: Writer, reader: Reader, all_stored: PostingSummary
) -> None:
    first = parse(reports_of(CAMPAIGN)[0].body)
    unknown_callers = [
        msgspec.structs.replace(first, message_id=message_id)
        for message_id in ("0", "6964aa00", "ffff")
    ]
    await append_all(writer, [ReportRequest(one, b"{}", BEGAN) for one in unknown_callers])
    result = compared(reader, all_stored)
    told = [one for one in result.differences if one.endswith("is stored and was never sent")]
    assert len(told) == 3


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE message SET code = 999 WHERE pk = 3", "stands at 999"),
        ("UPDATE message SET price_nano = 1 WHERE pk = 3", "price 0.000000001"),
        ("UPDATE message SET segments = 9999 WHERE pk = 3", "9999 segments"),
        ("UPDATE message SET reference = 'x' WHERE pk = 3", "differs in reference"),
        ("UPDATE message SET first_created_at_us = 0 WHERE pk = 3", "differs in first_created"),
        ("DELETE FROM message WHERE pk = 3", "is gone"),
        ("UPDATE report SET code = 999 WHERE pk = 3", "never made: 999"),
        ("UPDATE report SET price_nano = price_nano + 1 WHERE pk = 3", "was never made"),
        ("UPDATE report SET body = X'7B7D' WHERE pk = 3", "was never posted"),
        ("UPDATE report SET arrived_at_us = arrived_at_us + 1000000000000000", "in the future"),
        ("UPDATE report SET repeat_count = 1 WHERE pk = 3", "copies of reports"),
        ("DELETE FROM report WHERE pk = 3", "is gone"),
        ("UPDATE batch SET report_count = report_count + 1", "counts"),
        ("UPDATE batch_status SET message_count = message_count + 1 WHERE code = 201", "at 201"),
        ("UPDATE batch_status SET segment_count = segment_count + 1 WHERE code = 201", "at 201"),
        ("UPDATE batch_status SET finished_count = finished_count - 1 WHERE code = 201", "at 201"),
        ("UPDATE batch_cost SET nanos = nanos + 1", "cost in"),
        ("DELETE FROM batch_cost", "cost in"),
    ],
)
async def test_what_was_tampered_with_is_found(
    statement: str,
    told: str,
    reader: Reader,
    writer: Writer,
    database: FileDatabase,
    all_stored: PostingSummary,
) -> None:
    writer.close()
    tamper(database, statement)
    result = compared(reader, all_stored)
    assert result.found > 0
    assert any(told in one for one in result.differences), result.differences


async def test_a_report_that_is_there_twice(
    reader: Reader, writer: Writer, database: FileDatabase, all_stored: PostingSummary
) -> None:
    writer.close()
    tamper(
        database,
        "INSERT INTO report SELECT 100000, message_pk, fingerprint + 1, code, is_final, "
        "created_at_us, arrived_at_us, recipient, segments, price_nano, currency, reference, body, "
        "callback_key_pk, origin, repeat_count, revision, marks, body_bytes FROM report "
        "WHERE pk = 3",
    )
    assert any("twice" in one for one in compared(reader, all_stored).differences)

"""Batches of the list that never reported: which, why, and how many requests that takes."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from kvitto.books.books_errors import KeyRefusedError
from kvitto.books.client import RequestBudget
from kvitto.books.shapes import BooksBatch
from kvitto.books.unreported import (
    GRACE,
    BatchList,
    OurKeys,
    Unreported,
    WhyUnreported,
    about_of,
    unreported_of,
)
from kvitto.simulator.books_faults import BooksFaults
from kvitto.simulator.campaign import Campaign
from tests.books.asking import START, Time, client_of, server_of
from tests.simulator.campaigns import a_campaign

OURS, ENDED = "0123456789abcdef0123456789abcdef", "f" * 32
KEYS = OurKeys(frozenset([OURS]), frozenset([ENDED]))
NOW = START
LONG_AGO = START - timedelta(hours=3)
URLS = (
    f"https://a.example.com/r/{OURS}",
    f"https://old.example.com/r/{ENDED}?x=1",
    "https://crm.example.net/sms/dlr",
    "",
)
"""Ours, one of ours that has ended, somebody else's, and none."""


def a_batch(
    url: str = URLS[0], *, at: datetime = LONG_AGO, opens: datetime | None = None
) -> BooksBatch:
    return BooksBatch(f"{int(at.timestamp()):08x}" + "0" * 16, callback_url=url, opens=opens)


@pytest.mark.parametrize(
    ("url", "why", "host"),
    [
        (URLS[0], WhyUnreported.SILENT, ""),
        (f"http://192.0.2.1:8080/{OURS}/", WhyUnreported.SILENT, ""),
        (URLS[1], WhyUnreported.ENDED_KEY, ""),
        (URLS[2], WhyUnreported.ELSEWHERE, "crm.example.net"),
        (f"https://crm.example.net/{OURS[:-1]}", WhyUnreported.ELSEWHERE, "crm.example.net"),
        ("https://[broken", WhyUnreported.ELSEWHERE, ""),
        ("not a url", WhyUnreported.ELSEWHERE, ""),
        ("", WhyUnreported.NO_URL, ""),
        ("  ", WhyUnreported.NO_URL, ""),
    ],
)
def test_where_a_batch_reports_is_told_without_keeping_the_url(
    url: str, why: WhyUnreported, host: str
) -> None:
    found = unreported_of(a_batch(url), KEYS, NOW, NOW)
    assert found is not None
    assert (found.why, found.host, found.about) == (why, host, LONG_AGO)
    assert OURS not in repr(found)


@pytest.mark.parametrize(
    ("age", "opens", "is_missed"),
    [
        (GRACE, None, True),
        (GRACE - timedelta(seconds=1), None, False),
        (timedelta(hours=3), timedelta(minutes=-1), False),
        (timedelta(hours=3), timedelta(minutes=1), False),
        (timedelta(hours=3), -GRACE, True),
    ],
)
def test_a_batch_is_not_missed_before_its_reports_could_have_come(
    age: timedelta, opens: timedelta | None, is_missed: bool
) -> None:
    batch = a_batch(at=NOW - age, opens=None if opens is None else NOW + opens)
    assert (unreported_of(batch, KEYS, NOW, NOW) is not None) == is_missed


@pytest.mark.parametrize("batch_id", ["batch-a", "", "0" * 24, "f" * 24, "5c613848", "z" * 24])
def test_an_id_that_is_no_time_tells_none(batch_id: str) -> None:
    assert about_of(batch_id, NOW) is None
    found = unreported_of(BooksBatch(batch_id, URLS[0]), KEYS, NOW - GRACE, NOW)
    assert found is not None, "it counts from when it was in the list first"
    assert unreported_of(BooksBatch(batch_id, URLS[0]), KEYS, NOW, NOW) is None


async def read(
    campaign: Campaign,
    *,
    known: Collection[str] = (),
    since: datetime = LONG_AGO - timedelta(days=900),
    faults: BooksFaults | None = None,
    limit: int = 20,
) -> tuple[list[Unreported], list[str]]:
    """Read the list; return what never reported, and what was asked."""

    async def unheard_of(batch_ids: Collection[str]) -> set[str]:
        return set(batch_ids) - set(known)

    async def keys() -> OurKeys:
        return KEYS

    async with server_of(campaign, faults, callback_url=URLS) as server:
        async with client_of(server, Time()) as client:
            batches = BatchList(client, unheard_of, keys, lambda: NOW)
            found = await batches.read(since, RequestBudget(limit))
            again = await batches.read(since, RequestBudget(limit))
            assert [one.batch_id for one in again] == [one.batch_id for one in found]
        return found, server.asked


CAMPAIGN = a_campaign(messages=60, batches=4, start=LONG_AGO)
IDS = [CAMPAIGN.batches[number].batch_id for number in range(4)]


async def test_those_that_are_known_are_left_out_and_the_others_have_their_sizes() -> None:
    found, asked = await read(CAMPAIGN, known=IDS[2:3])
    assert [(one.batch_id, one.why) for one in found] == [
        (IDS[3], WhyUnreported.NO_URL),
        (IDS[1], WhyUnreported.ENDED_KEY),
        (IDS[0], WhyUnreported.SILENT),
    ]
    assert [one.messages for one in found] == [CAMPAIGN.batches[n].size for n in (3, 1, 0)]
    assert found[0].name == CAMPAIGN.batches[3].reference or "simulated"
    # A page and three sizes; the second time the page alone.
    assert len(asked) == 5


async def test_of_a_long_list_only_the_newest_pages_are_read() -> None:
    campaign = a_campaign(messages=300, batches=300, start=LONG_AGO)
    known = [campaign.batches[number].batch_id for number in range(300)]
    found, asked = await read(campaign, known=known, faults=BooksFaults(page_cap=50))
    assert found == []
    assert len(asked) == 6


async def test_a_list_without_sizes_is_told_all_the_same() -> None:
    found, asked = await read(CAMPAIGN, limit=2)
    assert len(found) == 4
    assert [one.messages is None for one in found] == [False, True, True, True]
    assert len(asked) == 4


async def test_what_was_sent_before_is_no_matter() -> None:
    found, asked = await read(CAMPAIGN, since=NOW)
    assert found == []
    assert len(asked) == 2


async def test_a_key_that_is_refused_is_not_hidden() -> None:
    with pytest.raises(KeyRefusedError):
        await read(CAMPAIGN, faults=BooksFaults(refused_after=0))

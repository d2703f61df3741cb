"""The books beside a campaign: served as long as they are wanted, and as far as it has lived."""

import json
import urllib.request

import pytest

from kvitto.simulator.books_server import SIMULATED_KEY
from kvitto.simulator.books_world import Books
from kvitto.simulator.retry_queue import AsLived, AtOnce
from kvitto.simulator.serving_books import LifeClock, books_served
from tests.simulator.campaigns import a_campaign


def test_they_are_served_until_the_end() -> None:
    with books_served(a_campaign(), 0) as base:
        request = urllib.request.Request(
            f"{base}/api/me", headers={"Authorization": f"Bearer {SIMULATED_KEY}"}
        )
        with urllib.request.urlopen(request) as response:
            assert json.load(response)["Organization"] == "Kliniken AB"
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        urllib.request.urlopen(request)


def test_they_know_what_has_been_lived() -> None:
    campaign = a_campaign()
    passed_s = 0.0
    life = LifeClock(AsLived(2.0), lambda: passed_s)
    books = Books(campaign, lived_s=life.lived_s)
    codes = [one["code"] for one in books.message(0, is_whole=True)["statuses"]]
    assert codes == [101]
    passed_s = 1_000_000.0
    whole = [one["code"] for one in books.message(0, is_whole=True)["statuses"]]
    assert len(whole) > 3
    passed_s = 0.0
    life.end()
    assert [one["code"] for one in books.message(0, is_whole=True)["statuses"]] == whole


def test_what_is_posted_at_once_has_been_lived_at_once() -> None:
    assert LifeClock(AtOnce()).lived_s() is None


def test_every_message_is_found_by_its_id() -> None:
    campaign = a_campaign()
    books = Books(campaign)
    for number in range(60):
        batch = campaign.batches.of_message(number)
        assert books.number_of(batch, campaign.message_id(number)) == number
        assert books.number_of(batch, "f" * 24) is None
        assert books.number_of(batch, "") is None

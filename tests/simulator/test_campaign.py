"""The campaign as a whole: as documented, the same every time, in flat memory."""

import json
import os
import re
import subprocess
import sys
import tracemalloc
from decimal import Decimal
from hashlib import blake2b

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.core.report import bounded
from kvitto.core.status import CODE_NAMES, Group, group_of
from kvitto.simulator.campaign import Campaign
from tests.helpers.program import PROJECT
from tests.simulator.campaigns import a_campaign, of_profile

PROFILES = ("calm", "campaign", "hostile")
_EXPECTED = {
    RejectionKind.NOT_JSON: 400,
    RejectionKind.NOT_A_REPORT: 422,
    RejectionKind.INCOMING_SMS: 422,
    RejectionKind.EMAIL_REPORT: 422,
}


def digest(campaign: Campaign) -> str:
    """Return a digest of every body with its due time and way."""
    made = blake2b(digest_size=16)
    for post in campaign.posts():
        made.update(f"{post.due_us} {post.delivery.value} {len(post.body)} ".encode())
        made.update(post.body)
    return made.hexdigest()


# --- As documented ------------------------------------------------------------------------------


def test_bodies_are_as_the_protocols_table_of_fields_says() -> None:
    """Source: protocol, "Fields"."""
    posts = list(of_profile("calm").posts())
    assert len(posts) > 2000
    for post in posts:
        fields = json.loads(post.body, parse_float=Decimal)
        assert list(fields) == [
            "messageId",
            "batchId",
            "recipient",
            "code",
            "duration",
            "created",
            "segments",
            "price",
            "currency",
            "reference",
        ]
        assert re.fullmatch("[0-9a-f]{24}", fields["messageId"])
        assert re.fullmatch("[0-9a-f]{24}", fields["batchId"])
        assert re.fullmatch("46[0-9]{9}", fields["recipient"])
        assert type(fields["code"]) is int
        assert fields["code"] in CODE_NAMES or group_of(fields["code"]) in {
            Group.REJECTION,
            Group.ERROR,
        }
        assert fields["duration"] in (0, 1)
        assert type(fields["duration"]) is int
        assert re.fullmatch(r"2026-01-12T\d\d:\d\d:\d\d\.\d{7}\+00:00", fields["created"])
        assert type(fields["segments"]) is int
        assert 1 <= fields["segments"] <= 6
        price = Decimal(fields["price"])
        assert 0 <= price < 10
        assert price / fields["segments"] % Decimal("0.001") == 0
        assert fields["currency"] in {"sek", "eur", "nok", "dkk", "usd"}
        assert 1 <= len(fields["reference"]) <= 256


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_posted_says_what_the_campaign_knows(profile: str) -> None:
    campaign = of_profile(profile)
    reports = 0
    for post in campaign.posts():
        if post.is_invalid_payload:
            if post.expected != 413:
                with pytest.raises(RejectedBodyError) as caught:
                    parse(post.body)
                assert _EXPECTED[caught.value.kind] == post.expected, post.body
        else:
            assert (
                bounded(parse(post.body), campaign.plan.start)
                == campaign.script(post.message).reports[post.report]
            )
            reports += 1
    assert reports > 2000


@pytest.mark.parametrize("profile", PROFILES)
def test_the_stream_is_every_post_of_every_message_in_order(profile: str) -> None:
    campaign = of_profile(profile)
    streamed = list(campaign.posts())
    expected = [
        post for message in range(campaign.plan.messages) for post in campaign.script(message).posts
    ]
    assert [post.due_us for post in streamed] == sorted(post.due_us for post in expected)
    assert sorted(streamed, key=repr) == sorted(expected, key=repr)


# --- The same every time ------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_seed_gives_the_same_campaign(profile: str) -> None:
    assert digest(of_profile(profile)) == digest(of_profile(profile))


def test_another_seed_gives_another() -> None:
    assert digest(of_profile("calm")) != digest(of_profile("calm", seed=2))


def test_pythons_hash_seed_has_no_part_in_it() -> None:
    command = (
        "from tests.simulator.campaigns import of_profile\n"
        "from tests.simulator.test_campaign import digest\n"
        "print(digest(of_profile('hostile', messages=50)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", command],
            cwd=PROJECT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="ascii",
            timeout=60,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {digest(of_profile("hostile", messages=50))}


def test_it_is_the_same_on_any_machine_and_in_any_release() -> None:
    """Whoever changes what a campaign is, changes this; "repeat it with that seed" ends there."""
    assert digest(a_campaign()) == PINNED


PINNED = "3ed5424271260db2c2d7b9daeb5739cb"


# --- Flat memory --------------------------------------------------------------------------------


def peak_bytes(messages: int) -> int:
    campaign = a_campaign(messages=messages, dispatch_per_s=1)
    tracemalloc.start()
    try:
        for _ in campaign.posts():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.no_cover
def test_memory_does_not_grow_with_the_messages() -> None:
    peak_bytes(10)  # what is kept once and for all
    assert peak_bytes(1200) < 1.3 * peak_bytes(400)

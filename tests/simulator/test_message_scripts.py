import itertools
from collections import Counter

import msgspec
import pytest

from kvitto.core.report import DeliveryReport
from kvitto.core.status import Group, group_of
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.message_scripts import MAX_REPORTS
from kvitto.simulator.requests import INVALID_PAYLOAD, Delivery, Post
from tests.simulator.campaigns import a_campaign, of_profile, reports_of

PROFILES = ("calm", "campaign", "hostile")


def scripts(campaign: Campaign) -> list[tuple[tuple[DeliveryReport, ...], tuple[Post, ...]]]:
    return [
        (script.reports, script.posts)
        for script in map(campaign.script, range(campaign.plan.messages))
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_report_of_a_message_is_posted_and_different(profile: str) -> None:
    for reports, posts in scripts(of_profile(profile)):
        assert len(set(reports)) == len(reports) <= MAX_REPORTS
        assert {post.report for post in posts} - {INVALID_PAYLOAD} == set(range(len(reports)))


@pytest.mark.parametrize("profile", PROFILES)
def test_posts_are_in_the_order_in_which_they_are_due(profile: str) -> None:
    for _, posts in scripts(of_profile(profile)):
        assert all(one.due_us <= two.due_us for one, two in itertools.pairwise(posts))


def test_all_of_a_message_has_the_same_facts() -> None:
    campaign = of_profile("calm")
    for message, (reports, _) in enumerate(scripts(campaign)):
        batch = campaign.batches.of_message(message)
        assert {one.message_id for one in reports} == {campaign.message_id(message)}
        assert {one.batch_id for one in reports} == {batch.batch_id}
        assert {one.reference for one in reports} == {batch.reference}
        assert {one.currency for one in reports} == {batch.currency.upper()}
        (segments,) = {one.segments for one in reports}
        (recipient,) = {one.recipient for one in reports}
        assert recipient is not None
        assert segments is not None
        # The numbers that are kept for stories.
        assert 46701740605 <= int(recipient) <= 46701740699
        prices = {one.price_nano for one in reports}
        assert prices <= {0, segments * batch.part_price_nano}


def test_texts_of_several_parts_cost_more() -> None:
    campaign = a_campaign(messages=400, batches=40)
    parts = Counter(reports[0].segments for reports, _ in scripts(campaign))
    assert len(parts) >= 4


def test_ids_sort_in_the_order_of_the_messages() -> None:
    campaign = of_profile("hostile", messages=500)
    ids = [campaign.message_id(message) for message in range(500)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("profile", PROFILES)
def test_no_two_reports_of_a_message_have_the_same_time_unless_asked_for(profile: str) -> None:
    plan = of_profile(profile, messages=400).plan
    untied = msgspec.structs.replace(plan.disturbances, ties=0.0)
    campaign = Campaign(msgspec.structs.replace(plan, disturbances=untied))
    for reports, _ in scripts(campaign):
        times = [one.created for one in reports if one.created is not None]
        assert all(one < two for one, two in itertools.pairwise(times))


def test_ties_come_when_they_are_asked_for() -> None:
    ties = 0
    for reports, _ in scripts(a_campaign(ties=0.5)):
        ties += len(reports) - len({one.created for one in reports})
    assert ties > 50


# --- Disturbances -------------------------------------------------------------------------------


def inversions(posts: list[Post]) -> int:
    """Return how often a report is posted after one that happened later."""
    last: dict[int, int] = {}
    count = 0
    for post in posts:
        if not post.is_repeat:
            count += post.report < last.get(post.message, -1)
            last[post.message] = max(post.report, last.get(post.message, -1))
    return count


def test_undisturbed_reports_come_once_each_in_order_and_whole() -> None:
    posts = reports_of(a_campaign())
    assert inversions(posts) == 0
    assert not any(post.is_repeat for post in posts)
    assert {post.delivery for post in posts} == {Delivery.WHOLE}


def test_duplicates_say_the_same_and_come_later_or_at_once() -> None:
    posts = reports_of(a_campaign(duplicates=0.5))
    first: dict[tuple[int, int], Post] = {}
    delays = []
    for post in posts:
        original = first.setdefault((post.message, post.report), post)
        if post.is_repeat:
            assert post.body == original.body
            delays.append(post.due_us - original.due_us)
    assert 0.4 < len(delays) / len(first) < 0.6
    assert min(delays) == 0
    assert max(delays) > 10_000_000


def test_some_duplicates_are_spelled_anew_where_spellings_differ() -> None:
    posts = reports_of(a_campaign(duplicates=1.0, odd_json=0.5))
    bodies: dict[tuple[int, int], set[bytes]] = {}
    for post in posts:
        bodies.setdefault((post.message, post.report), set()).add(post.body)
    assert any(len(spellings) > 1 for spellings in bodies.values())


def test_reordered_reports_come_after_later_ones() -> None:
    assert inversions(reports_of(a_campaign(reordered=0.3))) > 30


def test_late_reports_come_after_the_final_one() -> None:
    campaign = a_campaign(late=0.2)
    late = 0
    for reports, posts in scripts(campaign):
        final = next(place for place, post in enumerate(posts) if reports[post.report].final)
        late += len(posts) - 1 - final
    assert late > 30


def test_bursts_hold_reports_back_until_the_next_ten_seconds() -> None:
    assert all(post.due_us % 10_000_000 == 0 for post in a_campaign(bursts=1.0).posts())
    assert not all(post.due_us % 10_000_000 == 0 for post in a_campaign().posts())


def test_missing_fields_are_missing_and_the_needed_ones_are_there() -> None:
    reports = [one for these, _ in scripts(a_campaign(missing_fields=1.0)) for one in these]
    for name in ("recipient", "segments", "price_nano", "currency", "reference", "created"):
        assert any(getattr(one, name) is None for one in reports)
        assert any(getattr(one, name) is not None for one in reports)
    assert all(one.message_id and one.batch_id and one.code for one in reports)


def test_unknown_codes_come() -> None:
    reports = [one for these, _ in scripts(a_campaign(unknown_codes=1.0)) for one in these]
    assert any(group_of(one.code) is Group.UNKNOWN for one in reports)


def test_some_times_can_not_be_read_where_forms_differ() -> None:
    reports = [one for these, _ in scripts(a_campaign(time_forms=1.0)) for one in these]
    unreadable = sum(one.created is None for one in reports)
    assert 0.02 < unreadable / len(reports) < 0.25


def test_reports_are_sent_in_chunks() -> None:
    assert {post.delivery for post in reports_of(a_campaign(chunked=1.0))} == {Delivery.CHUNKED}


def test_connections_are_cut_inside_a_body_and_after_it() -> None:
    deliveries = {post.delivery for post in reports_of(a_campaign(cut=1.0))}
    assert deliveries == {Delivery.CUT_INSIDE, Delivery.CUT_AFTER}


def test_invalid_payload_comes_beside_the_reports_and_is_none_of_them() -> None:
    posts = list(a_campaign(broken=0.5).posts())
    invalid_payload = [post for post in posts if post.is_invalid_payload]
    assert 0.3 < len(invalid_payload) / (len(posts) - len(invalid_payload)) < 0.7
    assert {post.expected for post in invalid_payload} == {400, 422}
    assert {post.expected for post in posts if not post.is_invalid_payload} == {200}

import itertools
import re

from kvitto.core.timestamps import to_microseconds
from kvitto.simulator.simulated_batches import SimulatedBatch
from tests.simulator.campaigns import a_campaign


def all_batches(
    *, messages: int = 60, batches: int = 3, seed: int = 1, dispatch_per_s: int = 5
) -> list[SimulatedBatch]:
    made = a_campaign(
        messages=messages, batches=batches, seed=seed, dispatch_per_s=dispatch_per_s
    ).batches
    return [made[number] for number in range(len(made))]


def test_every_message_is_in_one_batch() -> None:
    campaign = a_campaign(messages=1000, batches=37)
    batches = [campaign.batches[number] for number in range(37)]
    members = [
        message for batch in batches for message in range(batch.first, batch.first + batch.size)
    ]
    assert members == list(range(1000))
    for message in (0, 1, 499, 998, 999):
        batch = campaign.batches.of_message(message)
        assert batch.first <= message < batch.first + batch.size


def test_there_can_be_a_batch_for_each_message() -> None:
    assert [batch.size for batch in all_batches(messages=20, batches=20)] == [1] * 20


def test_batches_differ_in_size() -> None:
    assert len({batch.size for batch in all_batches(messages=1000, batches=10)}) > 5


def test_one_is_sent_after_another() -> None:
    batches = all_batches(messages=500, batches=10, dispatch_per_s=20)
    for before, after in itertools.pairwise(batches):
        assert after.starts_us > before.starts_us + before.size * 1_000_000 // 20


def test_ids_are_like_those_of_the_senders_database() -> None:
    campaign = a_campaign()
    for batch in all_batches():
        assert re.fullmatch("[0-9a-f]{24}", batch.batch_id)
        seconds = int(batch.batch_id[:8], 16)
        begins = to_microseconds(campaign.plan.start) + batch.starts_us
        assert seconds == begins // 1_000_000


def test_no_two_batches_have_the_same_id() -> None:
    assert len({batch.batch_id for batch in all_batches(messages=900, batches=300)}) == 300


def test_other_campaigns_have_other_ids() -> None:
    ids = [all_batches(seed=seed)[0].batch_id for seed in range(50)]
    assert len(set(ids)) == 50


def test_each_batch_has_a_currency_and_a_price_of_its_own() -> None:
    batches = all_batches(messages=300, batches=100)
    assert len({batch.currency for batch in batches}) > 3
    assert len({batch.part_price_nano for batch in batches}) > 20


def test_a_batch_is_the_same_when_it_is_made_again() -> None:
    batches = a_campaign(messages=2000, batches=1000).batches
    first = batches[3]
    for number in range(1000):
        assert batches[number].number == number
    assert batches[3] == first

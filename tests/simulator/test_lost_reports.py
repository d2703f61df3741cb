"""A campaign that loses reports loses the same ones each time, and tells the whole truth."""

from kvitto.simulator.lost_reports import LossyCampaign
from kvitto.simulator.requests import Post
from tests.simulator.campaigns import a_campaign


def test_a_part_is_never_posted_and_three_messages_not_at_all() -> None:
    whole = a_campaign(messages=600)
    lossy = LossyCampaign(whole.plan, lost=0.05)
    posted = list(lossy.posts())
    assert posted == list(LossyCampaign(whole.plan, lost=0.05).posts())
    every = list(whole.posts())
    assert set(map(id_of, posted)) < set(map(id_of, every))
    assert 0.9 < len(posted) / len(every) < 0.97
    assert len({one.message for one in every} - {one.message for one in posted}) == 3
    assert lossy.script(7) == whole.script(7)


def id_of(post: Post) -> tuple[int, int, int]:
    return post.due_us, post.message, post.report


def test_of_one_message_something_is_posted() -> None:
    assert list(LossyCampaign(a_campaign(messages=1, batches=1).plan, lost=0.0).posts())

"""Small campaigns for the simulator's tests."""

from datetime import datetime

from kvitto.simulator.campaign import Campaign
from kvitto.simulator.fault_injection import FaultInjection
from kvitto.simulator.plan import START, Plan
from kvitto.simulator.requests import Post


def a_campaign(
    *,
    messages: int = 60,
    batches: int = 3,
    seed: int = 1,
    start: datetime = START,
    dispatch_per_s: int = 5,
    **shares: float,
) -> Campaign:
    """Return a campaign; `shares` are its disturbances."""
    return Campaign(
        Plan(
            messages=messages,
            batches=batches,
            seed=seed,
            start=start,
            dispatch_per_s=dispatch_per_s,
            disturbances=FaultInjection(**shares),
        )
    )


def of_profile(name: str, *, messages: int = 300, batches: int = 4, seed: int = 1) -> Campaign:
    """Return a campaign of a named profile."""
    return Campaign(Plan.of_profile(name, messages=messages, batches=batches, seed=seed))


def reports_of(campaign: Campaign) -> list[Post]:
    """Return a campaign's posts without the junk."""
    return [post for post in campaign.posts() if not post.is_invalid_payload]

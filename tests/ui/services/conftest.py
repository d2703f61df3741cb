"""Notices of a window, and a clock that is turned by hand."""

from collections.abc import AsyncIterator

import pytest
import shiboken6

from kvitto.ui.services.context import Context
from kvitto.ui.services.notifications import Notifications
from tests.ui.services.noticing import MINUTE, Clock, Told, arrive
from tests.ui.waiting import until


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def notices(context: Context, clock: Clock) -> AsyncIterator[Notifications]:
    await arrive(context, "before", {112: 3}, clock.now - MINUTE)
    made = Notifications(context, clock=clock)
    context.feed.start()
    await until(lambda: context.feed.revision > 0)
    yield made
    shiboken6.delete(made)


@pytest.fixture
async def told(notices: Notifications) -> Told:
    heard: Told = []
    notices.notice.connect(lambda *one: heard.append(one))
    return heard

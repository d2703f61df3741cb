"""Which days the list of those who did not get a message names, as time goes on."""

import pytest
from pytestqt.qtbot import QtBot

from kvitto.core.follow_up import FollowUpGroup
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.followup.follow_up_model import TIME, TO_DO
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context
from kvitto.ui.text.moment_text import moment_text
from tests.ui.details.arriving import a_body, arrive, arrive_all, arriving, at, begin
from tests.ui.followup.listing import ENDS, cells
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_days_and_advice_are_those_of_now(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    await arrive_all(context, [arriving(body) for body in ENDS])
    day_s, passed_s = 86_400, [60.0]
    window = FollowUpWindow(context, "Höstrea", MessageFilter(), None, now=lambda: at(passed_s[-1]))
    qtbot.addWidget(window)
    await until(lambda: window.is_whole)
    window.show_group(FollowUpGroup.NOT_KNOWN)
    made = moment_text(at(60), at(1000 * day_s))
    assert window.head == f"Höstrea · as of Sun {made}"
    assert "2026" in made
    assert cells(window, TO_DO)[0].startswith("Wait: known by Wed 4 Mar ")

    passed_s.append(5 * day_s)
    assert cells(window, TO_DO)[0].startswith("No more is heard of it")
    passed_s.append(400 * day_s)
    assert cells(window, TIME)[0].startswith("1 Mar 2026 ")
    passed_s.append(60)
    assert cells(window, TIME)[0].startswith("1 Mar 1")

    late = a_body("waiting", code=201, duration=1, created=at(2 * day_s).isoformat())
    await arrive(context, arriving(late, 2 * day_s))
    await until(lambda: "now: Delivered, 3 Mar " in cells(window, TO_DO)[0])
    passed_s.append(2 * day_s)
    assert "Mar" not in cells(window, TO_DO)[0], "that is today"

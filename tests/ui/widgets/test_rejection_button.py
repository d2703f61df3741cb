"""The count of refused requests in the strip, over a real store and a real socket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from PySide6.QtGui import QPalette

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.write_requests import RejectedRequest
from kvitto.ui.text import formatting
from kvitto.ui.widgets.rejection_button import RejectionButton
from kvitto.ui.widgets.theme import colours
from tests.ui.details.arriving import arrive
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows.
    pytest.mark.qt_log_ignore("does not support raise", extend=True),
]
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
async def stage(data_dir: Path) -> AsyncIterator[Stage]:
    async with on_stage(data_dir) as made:
        yield made


def refused(
    body: bytes, at: datetime, kind: RejectionKind = RejectionKind.NOT_JSON, key: int | None = None
) -> RejectedRequest:
    origin = Origin.WEBHOOK if key is None else Origin.DEMO
    return RejectedRequest(
        kind, RejectionReason(ReasonCode.BODY_NOT_JSON), body, len(body), (), at, key, origin
    )


async def post_refused(url: str, *bodies: bytes) -> None:
    async with aiohttp.ClientSession() as client:
        for body in bodies:
            async with client.post(url, data=body) as answer:
                assert answer.status in {400, 422}


def button(stage: Stage) -> RejectionButton:
    return stage.window.strip.refused


async def test_requests_that_are_refused_are_seen_at_once_with_their_deadline(stage: Stage) -> None:
    assert button(stage).isHidden()
    before = datetime.now(UTC)
    await post_refused(stage.backend.read_callback_url(), b"{", b"{", b"[]")

    await until(lambda: button(stage).text() == "3 refused ›")  # noqa: RUF001
    assert button(stage).isVisible()
    gives_up = button(stage).counts.gives_up
    assert gives_up is not None
    assert before + 89 * MINUTE <= gives_up <= datetime.now(UTC) + 90 * MINUTE
    assert "Not JSON 2, JSON, but not a report 1." in button(stage).toolTip()
    clock = formatting.clock_time(gives_up, with_seconds=False)
    assert "iP.1 gives these up at" in button(stage).toolTip()
    assert clock in button(stage).toolTip()


async def test_it_is_red_while_more_is_refused_than_stored(stage: Stage) -> None:
    def tint() -> object:
        return button(stage).palette().color(QPalette.ColorRole.Window)

    await post_refused(stage.backend.read_callback_url(), b"{")
    await until(lambda: button(stage).isVisible())
    assert tint() == colours().danger
    await stage.post(b'{"messageId":"1","batchId":"2","code":201}')
    await until(lambda: tint() == colours().warning)


async def test_whoever_opens_the_list_has_seen_them_and_new_ones_count_anew(stage: Stage) -> None:
    url = stage.backend.read_callback_url()
    await post_refused(url, b"{", b"[")
    await until(lambda: button(stage).isVisible())
    button(stage).click()
    await until(lambda: button(stage).isHidden())

    await post_refused(url, b"{")
    await until(lambda: button(stage).text() == "1 refused ›")  # noqa: RUF001


async def test_it_is_there_again_after_a_restart_until_it_is_seen(data_dir: Path) -> None:
    async with on_stage(data_dir) as first:
        await post_refused(first.backend.read_callback_url(), b"{")
        await until(lambda: button(first).isVisible())
    async with on_stage(data_dir) as second:
        await until(lambda: button(second).text() == "1 refused ›")  # noqa: RUF001


async def test_it_is_told_what_another_process_refuses(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        async with on_stage(data_dir) as stage:
            assert not stage.backend.ends_with_window
            await post_refused(other.callback_url, b"{")
            await until(lambda: button(stage).isVisible())
            button(stage).click()
            await until(lambda: button(stage).isHidden())


async def test_what_the_demo_posts_is_not_counted(stage: Stage) -> None:
    backend = stage.backend
    demo = backend.callback_keys.make(datetime.now(UTC), Origin.DEMO)
    await arrive(stage.context, refused(b"1", datetime.now(UTC), key=demo.key))
    await arrive(stage.context, refused(b"2", datetime.now(UTC)))
    await until(lambda: button(stage).text() == "1 refused ›")  # noqa: RUF001


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_notice_tells_at_once_and_then_not_of_each(stage: Stage) -> None:
    clock, told = Clock(), list[str]()
    made = RejectionButton(stage.context, clock=clock)
    made.notice.connect(lambda title, _text: told.append(title))
    await arrive(stage.context, refused(b"0", clock.now))
    await until(lambda: made.counts.requests == 1)
    for number in range(1, 20):
        await arrive(stage.context, refused(bytes([number]), clock.now))
    await until(lambda: made.counts.requests == 20)
    assert len(told) <= 2

    clock.now += 61 * MINUTE
    await arrive(stage.context, refused(b"x", clock.now))
    await until(lambda: made.counts.requests == 21)
    await until(lambda: len(told) >= 1 and told[-1].endswith("refused"))
    assert len(told) <= 3
    made.stop()
    made.deleteLater()


async def test_a_deadline_that_is_past_is_not_promised(stage: Stage) -> None:
    clock = Clock()
    made = RejectionButton(stage.context, clock=clock)
    await arrive(stage.context, refused(b"0", clock.now - 100 * MINUTE))
    await until(lambda: made.counts.requests == 1)
    assert "gives" not in made.sentence()
    assert "iP.1 may have deleted some of these since" in made.sentence()
    made.stop()
    made.deleteLater()

"""Refused requests in the list of what is wrong, over a real store and a real socket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.write_requests import RejectedRequest
from kvitto.ui.quarantine.quarantine_window import QuarantineWindow
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.services.tray import Tray
from kvitto.ui.text import formatting
from kvitto.ui.todo.refused_item import RefusedItem
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


def said(stage: Stage) -> str:
    return stage.banner("refused")


def severity(stage: Stage) -> Severity | None:
    return stage.window.todo.severities().get("refused")


async def test_requests_that_are_refused_are_seen_at_once_with_their_deadline(stage: Stage) -> None:
    assert not said(stage)
    before = datetime.now(UTC)
    await post_refused(stage.backend.read_callback_url(), b"{", b"{", b"[]")

    await until(lambda: "3 requests came with your key" in said(stage))
    gives_up = stage.window.sources.refused.counts.gives_up
    assert gives_up is not None
    assert before + 89 * MINUTE <= gives_up <= datetime.now(UTC) + 90 * MINUTE
    assert "Not JSON (2), JSON, but not a report (1)." in said(stage)
    clock = formatting.clock_time(gives_up, with_seconds=False)
    if gives_up.astimezone().date() != before.astimezone().date():
        clock = f"{formatting.day(gives_up, with_weekday=True)} {clock}"
    assert f"iP.1 gives these up at {clock}." in said(stage)
    assert stage.window.strip.todo.text() == "To do (1)"


async def test_it_is_graver_while_more_is_refused_than_stored(stage: Stage) -> None:
    await post_refused(stage.backend.read_callback_url(), b"{")
    await until(lambda: severity(stage) is Severity.DANGER)
    await stage.post(b'{"messageId":"1","batchId":"2","code":201}')
    await until(lambda: severity(stage) is Severity.WARNING)


async def test_whoever_opens_the_list_has_seen_them_and_new_ones_count_anew(stage: Stage) -> None:
    url = stage.backend.read_callback_url()
    await post_refused(url, b"{", b"[")
    await until(lambda: bool(said(stage)))
    stage.press("Show what was refused")
    await until(lambda: not said(stage))

    await post_refused(url, b"{")
    await until(lambda: said(stage).startswith("1 request "))


async def test_a_notice_of_them_opens_their_list(stage: Stage) -> None:
    told: list[tuple[str, object]] = []
    stage.window.sources.notice.connect(lambda title, _text, about: told.append((title, about)))
    await post_refused(stage.backend.read_callback_url(), b"{")
    await until(lambda: len(told) == 1)
    [(title, about)] = told
    assert title == "1 request refused"

    (tray,) = stage.window.findChildren(Tray)
    tray.notice_opened.emit(about)
    assert [one for one in stage.window.findChildren(QuarantineWindow) if one.isVisible()]


async def test_it_is_there_again_after_a_restart_until_it_is_seen(data_dir: Path) -> None:
    async with on_stage(data_dir) as first:
        await post_refused(first.backend.read_callback_url(), b"{")
        await until(lambda: bool(said(first)))
    async with on_stage(data_dir) as second:
        await until(lambda: said(second).startswith("1 request "))


async def test_what_the_user_knows_stays_off_the_list_over_a_restart_until_it_doubles(
    data_dir: Path,
) -> None:
    async with on_stage(data_dir) as first:
        await post_refused(first.backend.read_callback_url(), b"{", b"[")
        await until(lambda: said(first).startswith("2 requests "))
        first.press("I know")
        assert not said(first)
        assert first.window.strip.todo.isHidden()
        assert first.window.todo_line.isHidden()
        await post_refused(first.backend.read_callback_url(), b"1")
        await until(lambda: first.window.sources.refused.counts.requests == 3)
        assert not said(first)
    async with on_stage(data_dir) as second:
        await until(lambda: second.window.sources.refused.counts.requests == 3)
        assert not said(second)
        await post_refused(second.backend.read_callback_url(), b"2")
        await until(lambda: said(second).startswith("4 requests "))


async def test_it_is_told_what_another_process_refuses(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        async with on_stage(data_dir) as stage:
            assert not stage.backend.ends_with_window
            await post_refused(other.callback_url, b"{")
            await until(lambda: bool(said(stage)))
            stage.press("Show what was refused")
            await until(lambda: not said(stage))


async def test_what_the_demo_posts_is_not_counted(stage: Stage) -> None:
    backend = stage.backend
    demo = backend.callback_keys.for_demo(datetime.now(UTC))
    await arrive(stage.context, refused(b"1", datetime.now(UTC), key=demo.key))
    await arrive(stage.context, refused(b"2", datetime.now(UTC)))
    await until(lambda: said(stage).startswith("1 request "))


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_notice_tells_at_once_and_then_not_of_each(stage: Stage) -> None:
    clock, told = Clock(), list[str]()
    made = RefusedItem(stage.context, stage.window.todo, clock=clock)
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
    made = RefusedItem(stage.context, stage.window.todo, clock=clock)
    await arrive(stage.context, refused(b"0", clock.now - 100 * MINUTE))
    await until(lambda: made.counts.requests == 1)
    assert "gives" not in made.sentence()
    assert "iP.1 may have deleted some of these since" in made.sentence()
    made.stop()
    made.deleteLater()


async def test_a_time_is_told_with_its_day_from_the_next_day_on(stage: Stage) -> None:
    clock = Clock()
    at_ten = datetime.now(UTC).astimezone().replace(hour=22, minute=0, second=0, microsecond=0)
    clock.now = at_ten + 100 * MINUTE
    made = RefusedItem(stage.context, stage.window.todo, clock=clock)
    await arrive(stage.context, refused(b"0", at_ten))
    await until(lambda: "since 23:30." in said(stage))

    clock.now += 60 * MINUTE
    made._throttle.want()  # noqa: SLF001 - its timer looks again every quarter of a minute
    day = formatting.day(at_ten, with_weekday=True)
    await until(lambda: f"since {day} 23:30." in said(stage))
    made.stop()
    made.deleteLater()

"""What the window says of each way in which the books may misbehave, over real sockets."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kvitto.books import connection
from kvitto.books.client import AskingPace, BooksClient
from kvitto.books.connection import BASE_VARIABLE
from kvitto.books.key import ApiKey
from kvitto.books.pass_result import WhyIncomplete
from kvitto.books.transport import Transport
from kvitto.core.report import DeliveryReport
from kvitto.simulator.books_faults import BooksFaults, CannedAnswer, Trick
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.campaign import Campaign
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.details.batch_page import BatchPage
from tests.books.asking import START
from tests.books.misbehaviour import (
    INCOMPLETE,
    MINI,
    MINI_PLANNED,
    ONCE,
    PLANNED,
    REPAIRED,
    SMALL,
    STOPPED,
)
from tests.books.repairs import fill, stored, writing_to
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.slow,
    pytest.mark.usefixtures("as_before", "loopback_is_public", "quickly"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]
KEY_REFUSED = WhyIncomplete.KEY_REFUSED
WHY: dict[WhyIncomplete, str] = {
    WhyIncomplete.BUSY: "iP.1 did not answer, or had no time",
    WhyIncomplete.KEY_REFUSED: "iP.1 refuses the key",
    WhyIncomplete.NOT_FOUND: "iP.1 does not know this batch",
    WhyIncomplete.UNREADABLE: "an answer of iP.1 can't be read",
    WhyIncomplete.MOVED: "the list changed while it was read",
    WhyIncomplete.FEWER: "iP.1 lists fewer messages than it says there are",
    WhyIncomplete.HISTORIES: "of some messages iP.1 does not say what became of them",
}


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for between two requests, and no answer for long."""

    async def no_sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    def client_of(key: ApiKey, *, base: str) -> BooksClient:
        transport = Transport(key, base, whole_s=1.0)
        pace = AskingPace(gap_s=0.0)
        return BooksClient(key, base=base, pace=pace, transport=transport, sleep=no_sleep)

    monkeypatch.setattr(connection, "BooksClient", client_of)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder / "small", SMALL)
    fill(folder / "mini", MINI)
    return folder


@pytest.fixture
def small(filled: Path, data_dir: Path) -> Path:
    return shutil.copytree(filled / "small", data_dir, dirs_exist_ok=True)


@pytest.fixture
def mini(filled: Path, data_dir: Path) -> Path:
    return shutil.copytree(filled / "mini", data_dir, dirs_exist_ok=True)


@dataclass
class Asking:
    """A window that shows a batch, and the books that it asks."""

    stage: Stage
    server: BooksServer
    answers: list[object] = field(default_factory=list)
    """What came of each question of the user."""

    @property
    def page(self) -> BatchPage:
        return self.stage.window.details.batch_page

    async def ask(self) -> None:
        """Press the button, and wait until all is answered."""
        self.server.asked.clear()
        known = len(self.answers)
        self.page.ask_action.click()
        assert self.page.ask_action.text() == "Asking iP.1 …"
        await until(lambda: len(self.answers) > known)
        await until(lambda: self.page.ask_action.text() == "Ask iP.1")

    async def is_told(self, *parts: str) -> str:
        """Wait until the page says all of this of iP.1's books, and the receipt with it."""
        page = self.page
        with contextlib.suppress(TimeoutError):
            await until(lambda: all(one in page.form.fact("asked") for one in parts))
        told = page.form.fact("asked")
        assert all(one in told for one in parts), told
        receipt = page.receipt()
        assert receipt is not None
        printed = [row for section in receipt.sections for row in section.rows]
        assert ("By iP.1's books", told) in printed
        return told


@asynccontextmanager
async def asking(folder: Path, campaign: Campaign, faults: BooksFaults) -> AsyncIterator[Asking]:
    books = Books(campaign)
    async with (
        BooksServer(books) as server,
        on_stage(folder, environment={BASE_VARIABLE: server.base}) as stage,
    ):
        one = Asking(stage, server)
        stage.context.books.asked.connect(one.answers.append)
        stage.context.books.begin()
        await until(lambda: stage.context.books.state.has_list and stage.rows() == 1)
        stage.window.batches.view.select(stage.window.batches.model.index(0, 0))
        await until(lambda: one.page.ask_action.isVisible())
        books.faults = faults
        yield one


@pytest.mark.parametrize("name", REPAIRED)
async def test_what_was_lost_is_fetched_and_the_receipt_is_confirmed(
    small: Path, name: str
) -> None:
    async with asking(small, SMALL, REPAIRED[name]) as one:
        await one.ask()
        told = await one.is_told("iP.1 agrees: 130 of 130 messages", "were not reported here")
        assert "3 messages have not been reported at all" in told
        assert "Can't say" not in told
        assert "iP.1 agrees about 1 batch." in one.stage.banner("done")
        assert one.stage.banner("failed") == ""
    assert stored(small) == PLANNED


@pytest.mark.parametrize("name", INCOMPLETE)
async def test_what_was_seen_in_part_is_never_called_confirmed(small: Path, name: str) -> None:
    faults, why = INCOMPLETE[name]
    async with asking(small, SMALL, faults) as one:
        await one.ask()
        told = await one.is_told(f"Can't say: {WHY[why]}.")
        assert "agrees" not in told
        assert "unknown to iP.1" not in told
        assert WHY[why] in one.stage.banner("failed")
        assert one.stage.banner("done") == ""
        await until(lambda: one.page.ask_action.isEnabled() is (why is not KEY_REFUSED))
        if why is KEY_REFUSED:
            return
        one.server.books.faults = BooksFaults()
        await one.ask()
        await one.is_told("iP.1 agrees: 130 of 130 messages")
    assert stored(small) == PLANNED


@pytest.mark.parametrize("answer", ONCE, ids=lambda answer: str(answer)[:50])
async def test_a_failure_of_the_moment_is_not_even_told(
    mini: Path, answer: CannedAnswer | Trick
) -> None:
    async with asking(mini, MINI, BooksFaults(page_cap=30)) as one:
        one.server.next_answers.extend([None, None, answer])
        await one.ask()
        await one.is_told("iP.1 agrees: 70 of 70 messages")
        assert one.stage.banner("failed") == ""
    assert stored(mini) == MINI_PLANNED


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        *STOPPED,
        (Trick.BOMB, WhyIncomplete.UNREADABLE),
        (Trick.REDIRECT, WhyIncomplete.UNREADABLE),
        (Trick.SLOW_HEAD, WhyIncomplete.BUSY),
        (Trick.SLOW_BODY, WhyIncomplete.BUSY),
    ],
    ids=lambda one: str(one)[:50],
)
async def test_what_hinders_it_is_told_with_its_reason(
    mini: Path, answer: CannedAnswer | Trick, why: WhyIncomplete, place: int
) -> None:
    async with asking(mini, MINI, BooksFaults(page_cap=30)) as one:
        one.server.next_answers.extend([*[None] * place, *[answer] * 6])
        await one.ask()
        told = await one.is_told(f"Can't say: {WHY[why]}.")
        assert "agrees" not in told
        said = one.stage.banner("failed")
        assert f"Of 1 batch, iP.1 can't say: {WHY[why]}." in said
        assert ("It can be asked again at " in said) is (why is WhyIncomplete.BUSY)
        if why is KEY_REFUSED:
            requests = len(one.server.asked)
            assert requests == place + 1
            assert not one.page.ask_action.isEnabled()
            assert "see the settings" in one.page.ask_action.toolTip()


async def test_what_differs_is_named(small: Path) -> None:
    async with asking(small, SMALL, BooksFaults(price_nano=777_000_000)) as one:
        await one.ask()
        told = await one.is_told("iP.1 says another result, price, number of SMS parts")
        assert "0.777" in told
        assert "agrees" not in told
    async with asking(small, SMALL, BooksFaults(recipient="46700000000")) as one:
        await one.ask()
        assert "agrees" not in await one.is_told("iP.1 says another result", "recipient)")
    async with asking(small, SMALL, BooksFaults(hours_late=2)) as one:
        await one.ask()
        assert "agrees" not in await one.is_told("iP.1 says another", "time, by whole hours)")


async def test_more_here_than_there_is_an_alarm(small: Path) -> None:
    with writing_to(small) as (_, writer):
        batch_id = SMALL.batches[0].batch_id
        forged = DeliveryReport("f" * 24, batch_id, 201, final=True, created=START)
        await writer.append(ReportRequest(forged, b"{}", START))
    async with asking(small, SMALL, BooksFaults()) as one:
        await one.ask()
        told = await one.is_told("1 message here is unknown to iP.1: somebody may have")
        assert "agrees" not in told


async def test_no_answer_takes_no_confirmation_away(small: Path) -> None:
    async with asking(small, SMALL, BooksFaults()) as one:
        await one.ask()
        told = await one.is_told("iP.1 agrees: 130 of 130 messages")
        one.server.next_answers.extend([CannedAnswer(status=503)] * 6)
        await one.ask()
        assert "iP.1 did not answer" in one.stage.banner("failed")
        assert await one.is_told("iP.1 agrees: 130 of 130 messages") == told

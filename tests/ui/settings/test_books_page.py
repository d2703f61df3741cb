"""The page of the key: it is pasted, asked about once, kept, and removed."""

import dataclasses
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kvitto.books.client import BooksClient
from kvitto.books.key import ApiKey, Keyring
from kvitto.books.pass_result import PassResult
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS
from kvitto.simulator.books_faults import CannedAnswer
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.store.asked_reader import AskedReader
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services import books_access
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.books_state import KeyPlace
from kvitto.ui.services.context import Context
from kvitto.ui.settings.books_page import BooksPage
from tests.helpers.keyrings import MemoryKeyring, memory_keyring
from tests.simulator.campaigns import a_campaign
from tests.ui.sessions import runtime_of
from tests.ui.settings.finding import button, field, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

SECRET = "s3cr3t-of-the-clinic"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    with memory_keyring() as one:
        yield one


@pytest.fixture
async def server() -> AsyncIterator[BooksServer]:
    async with BooksServer(Books(a_campaign()), key=SECRET) as one:
        yield one


def access(
    context: Context,
    server: BooksServer,
    addresses: Callable[[], frozenset[str]] = lambda: frozenset(["192.0.2.7"]),
) -> BooksAccess:
    """Return another access to the books: as after another start."""

    def client_of(key: ApiKey) -> BooksClient:
        return BooksClient(key, base=server.base)

    return BooksAccess(
        context.backend,
        context.tasks,
        context.preferences,
        environment={},
        client_of=client_of,
        keyring=Keyring(limit_s=0.2),
        addresses=addresses,
    )


@pytest.fixture
async def books(
    context: Context, server: BooksServer, memory: MemoryKeyring
) -> AsyncIterator[BooksAccess]:
    del memory
    one = access(context, server)
    yield one
    await one.close()


@pytest.fixture
def page(qtbot: QtBot, context: Context, books: BooksAccess) -> BooksPage:
    made = BooksPage(dataclasses.replace(context, books=books))
    qtbot.addWidget(made)
    made.show()
    return made


def paste(page: BooksPage, key: str = SECRET) -> None:
    field(page, QLineEdit, "Key").setText(key)
    button(page, "Use this key").click()


def said(page: BooksPage) -> str:
    return " ".join(texts(page)).replace(NBSP, " ")


def files_with(text: str, folder: Path) -> list[str]:
    return [
        one.name for one in folder.rglob("*") if one.is_file() and text.encode() in one.read_bytes()
    ]


async def test_without_a_key_a_line_says_what_it_gives_and_nothing_is_asked(
    page: BooksPage, books: BooksAccess, server: BooksServer
) -> None:
    books.begin()
    await until(lambda: not books.state.is_busy)
    books.ask_all()
    assert "With a key, Kvitto asks iP.1 whether each batch is complete" in said(page)
    assert not books.state.has_key
    assert server.asked == []


async def test_a_pasted_key_is_asked_about_once_and_kept_in_the_keyring(
    page: BooksPage,
    context: Context,
    books: BooksAccess,
    server: BooksServer,
    memory: MemoryKeyring,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    paste(page)
    assert field(page, QLineEdit, "Key").text() == ""
    await until(lambda: books.state.has_key and not books.state.is_busy)
    sentence = "Kliniken AB, ip1-12345, 412.50 SEK left. Kvitto only reads."
    await until(lambda: sentence in said(page))
    assert "The key is in this computer's keyring." in said(page)
    assert memory.kept == {("Kvitto", "ip1-12345"): SECRET}
    assert server.asked[0] == "/api/me"

    again = access(context, server)
    again.begin()
    await until(lambda: again.state.account is not None)
    assert again.state.place is KeyPlace.KEYRING
    await again.close()

    context.preferences.flush()
    assert files_with(SECRET, context.backend.folder) == []
    assert SECRET not in caplog.text
    assert SECRET not in repr(books.state)

    button(page, "Remove the key").click()
    await until(lambda: not books.state.has_key and not books.state.is_busy)
    assert memory.kept == {}
    assert context.preferences.get("books_account", "") == ""
    asked = len(server.asked)
    books.ask_all()
    assert len(server.asked) == asked


@pytest.mark.parametrize("trouble", ["fails", "forgets", "hangs"])
async def test_without_a_keyring_it_is_used_until_the_end_or_kept_in_a_file_by_a_second_click(
    page: BooksPage,
    context: Context,
    books: BooksAccess,
    server: BooksServer,
    memory: MemoryKeyring,
    trouble: str,
) -> None:
    if trouble == "hangs":
        memory.hangs.clear()
    else:
        setattr(memory, trouble, True)
    paste(page)
    await until(lambda: books.state.has_key and not books.state.is_busy)
    assert "The key is used until Kvitto ends" in said(page)
    assert files_with(SECRET, context.backend.folder) == []

    button(page, "Keep it in a file").click()
    await until(lambda: books.state.place is KeyPlace.FILE and not books.state.is_busy)
    kept = context.backend.folder / "ip1-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert files_with(SECRET, context.backend.folder) == ["ip1-key"]
    again = access(context, server)
    again.begin()
    await until(lambda: again.state.account is not None)
    await again.close()

    button(page, "Remove the key").click()
    await until(lambda: not books.state.has_key and not books.state.is_busy)
    assert not kept.exists()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (CannedAnswer(status=401), "iP.1 refuses this key"),
        (CannedAnswer(status=503), "iP.1 does not answer now"),
    ],
)
async def test_a_key_that_is_refused_or_not_answered_is_not_kept(
    page: BooksPage,
    context: Context,
    books: BooksAccess,
    server: BooksServer,
    memory: MemoryKeyring,
    answer: CannedAnswer,
    sentence: str,
) -> None:
    server.next_answers.append(answer)
    paste(page)
    await until(lambda: sentence in said(page))
    assert not books.state.has_key
    assert memory.kept == {}
    assert server.asked == ["/api/me"]
    assert files_with(SECRET, context.backend.folder) == []


async def test_what_can_be_no_key_is_not_asked_about(page: BooksPage, server: BooksServer) -> None:
    paste(page, "two words")
    assert "That is not a key" in said(page)
    assert server.asked == []


async def test_a_key_that_is_refused_later_is_said(
    page: BooksPage, books: BooksAccess, server: BooksServer
) -> None:
    server.next_answers.extend([None, CannedAnswer(status=403)])
    paste(page)
    await until(lambda: books.state.is_refused)
    await until(lambda: "iP.1 refuses the key: nothing is asked before" in said(page))
    assert len(server.asked) == 2


@pytest.mark.parametrize("has_keyring", [True, False])
async def test_a_refused_key_is_tried_again_in_another_network_and_not_before(
    context: Context,
    server: BooksServer,
    memory: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    has_keyring: bool,
) -> None:
    """It may be allowed from some addresses only, and this computer be carried about."""
    monkeypatch.setattr(books_access, "LOOK_EVERY_S", 0.01)
    memory.forgets = not has_keyring
    networks = [frozenset(["192.0.2.7"])]
    looks: list[frozenset[str]] = []

    def addresses() -> frozenset[str]:
        found = networks[-1]
        looks.append(found)
        return found

    server.next_answers.extend([None, CannedAnswer(status=403)])
    books = access(context, server, addresses)
    try:
        books.use_key(SECRET)
        await until(lambda: books.state.is_refused and not books.state.is_busy)
        await until(lambda: bool(looks))  # in which network the key was refused
        networks.append(frozenset())
        await until(lambda: looks[-3:] == [frozenset()] * 3)
        networks.append(networks[0])
        await until(lambda: looks[-3:] == [networks[0]] * 3)
        assert len(server.asked) == 2, "no way is no other network, and the same one is none"
        networks.append(frozenset(["198.51.100.7"]))
        await until(lambda: books.state.has_list)
        assert not books.state.is_refused
        assert books.state.place is (KeyPlace.KEYRING if has_keyring else KeyPlace.MEMORY)
    finally:
        await books.close()


@pytest.mark.parametrize("is_lost", [True, False])
async def test_a_batch_on_the_way_is_asked_about_where_its_url_does_not_lead_here_any_more(
    context: Context, server: BooksServer, memory: MemoryKeyring, is_lost: bool
) -> None:
    del memory
    report = a_campaign().script(0).reports[0]
    assert not report.final
    key = context.backend.valid_callback_keys()[0].key
    await runtime_of(context.backend).writer.append(
        ReportRequest(report, b"{}", datetime.now(UTC), key)
    )
    looked: list[bool] = []

    def lost_keys() -> set[int]:
        looked.append(True)
        return {key} if is_lost else set()

    books = BooksAccess(
        context.backend,
        context.tasks,
        context.preferences,
        lost_keys=lost_keys,
        environment={"KVITTO_IP1_KEY": SECRET},
        client_of=lambda key: BooksClient(key, base=server.base),
    )
    books.begin()
    await until(lambda: bool(looked))
    # The account is asked before any batch, and after what is due was read.
    await until(lambda: books.state.account is not None)
    reader = AskedReader(context.backend.database)
    batch = context.backend.reader.batches()[0]
    if is_lost:
        await until(lambda: reader.of_batch(batch.key) is not None)
    else:
        assert server.asked == ["/api/me"]
    await books.close()


async def test_the_key_is_nowhere_after_passes_and_exports(
    page: BooksPage,
    context: Context,
    books: BooksAccess,
    server: BooksServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    campaign = a_campaign()
    append = runtime_of(context.backend).writer.append
    for message in range(5):
        await append(ReportRequest(campaign.script(message).reports[0], b"{}", datetime.now(UTC)))
    answers: list[Sequence[PassResult]] = []
    books.asked.connect(answers.append)
    paste(page)
    await until(lambda: books.state.has_key and not books.state.is_busy)
    books.ask_all()
    await until(lambda: bool(answers))
    assert any(one.added_statuses for one in answers[0])
    server.next_answers.append(CannedAnswer(status=401))
    books.ask(campaign.batches[0].batch_id)
    await until(lambda: len(answers) == 2)
    for kind in EXPORT_KINDS:
        await context.tasks.in_thread(
            export, context.backend.reader, kind, None, None, str(tmp_path / f"{kind}.jsonl")
        )
    context.preferences.flush()

    assert len(files_with("", tmp_path)) >= len(EXPORT_KINDS)
    assert files_with(SECRET, tmp_path) == []
    assert files_with(SECRET, context.backend.folder) == []
    assert SECRET not in caplog.text
    assert SECRET not in f"{answers}{books.state}"

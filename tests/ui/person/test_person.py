"""A person: the sentence below the search, the window, saved and erased, over a real store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.core.money import Money
from kvitto.core.phone_number import PhoneNumber
from kvitto.store.check import check
from kvitto.store.person import Erasure, Person, PersonReader
from kvitto.store.records import BatchRecord
from kvitto.store.repeats import Repeats
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.batches.batches_panel import BatchesPanel
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.details.message_header import MessageHeader
from kvitto.ui.details.repeats_line import RepeatsLine
from kvitto.ui.person.erase_dialog import EraseDialog
from kvitto.ui.person.person_model import BATCH, REFERENCE, RESULT
from kvitto.ui.person.person_text import PersonWords
from kvitto.ui.person.person_window import PersonWindow
from kvitto.ui.person.repeats_window import RepeatsWindow
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.batch_names import name_of
from tests.store.test_erasing import files_with
from tests.ui.details.arriving import (
    RECIPIENT,
    START,
    a_body,
    arrive_all,
    arriving,
    at,
    begin,
    the_batch,
)
from tests.ui.waiting import until

NUMBER = PhoneNumber("46", RECIPIENT[2:])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _locale_as_before() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


async def filled(context: Context) -> None:
    await begin(context)
    delivered = {"code": 201, "duration": 1, "reference": "Anna"}
    await arrive_all(
        context,
        [
            arriving(a_body("first", batchId="batch-b", created=at(1).isoformat())),
            arriving(a_body("last", **delivered, created=at(5).isoformat()), 5),
            arriving(a_body("other", recipient="46709999999")),
            arriving(a_body("abroad", recipient=f"47{RECIPIENT[2:]}")),
        ],
    )


async def shown(context: Context, qtbot: QtBot, number: PhoneNumber = NUMBER) -> PersonWindow:
    await filled(context)
    window = PersonWindow(context, number, now=lambda: NOON)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.model.rowCount() == 2)
    return window


@pytest.mark.qasync
async def test_the_sentence_says_how_many_since_when_and_what_became_of_the_last(
    context: Context,
) -> None:
    await filled(context)
    person = PersonReader(context.backend.database).person(NUMBER)
    begun, here = START.astimezone(), at(5).astimezone()

    said = PersonWords().sentence(person, NOON)
    assert said == (
        f"2 message(s) since 1 Mar; the last, today {here:%H:%M}, was delivered {here:%H:%M:%S}."
    )
    assert "since March;" in PersonWords().sentence(person, NOON + timedelta(days=40))
    assert "since March 2026;" in PersonWords().sentence(person, NOON + timedelta(days=400))
    assert f"yesterday {begun:%H:%M}" in PersonWords().sentence(person, NOON + timedelta(days=1))
    assert PersonWords().sentence(Person(NUMBER), NOON) == ""
    assert PersonWords().sentence(Person(NUMBER, binned=2), NOON) == "2 message(s) lie in the bin."
    binned = msgspec.structs.replace(person, binned=3)
    assert PersonWords().sentence(binned, NOON) == f"{said} 3 message(s) lie in the bin."


@pytest.mark.qasync
async def test_it_says_so_in_swedish_too(context: Context, languages: Languages) -> None:
    await filled(context)
    languages.speak(Language.SWEDISH)
    person = PersonReader(context.backend.database).person(NUMBER)
    here = at(5).astimezone()

    assert PersonWords().sentence(person, NOON) == (
        f"2 meddelanden sedan 1 mars; det senaste, i dag {here:%H:%M}, levererades {here:%H:%M:%S}."
    )
    assert PersonWords().sentence(Person(NUMBER, binned=2), NOON) == (
        "2 meddelanden ligger i papperskorgen."
    )
    line = RepeatsLine(None)  # type: ignore[arg-type]
    line.show_repeats(Repeats(12, 24, {"SEK": Money(9_600_000_000, "SEK")}))
    assert line.text.replace("\N{NO-BREAK SPACE}", " ") == (
        "12 nummer finns två gånger i utskicket: 24 meddelanden, varav 9,60 SEK i onödan. "
        "Delar en familj på en telefon är det rätt."
    )
    line.deleteLater()


@pytest.mark.qasync
@pytest.mark.parametrize("typed", [f"+{RECIPIENT}", "0046 70 174 06 05", "46 (0)70-1740605"])
async def test_a_number_in_the_search_is_answered(
    context: Context, qtbot: QtBot, typed: str
) -> None:
    await filled(context)
    panel = BatchesPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    asked: list[object] = []
    panel.person.requested.connect(asked.append)

    panel.top_row.field.setText(typed)
    await until(lambda: panel.person.text != "")

    assert panel.person.text.startswith("+46\N{NO-BREAK SPACE}70")
    assert ": 2 message(s) since" in panel.person.text
    panel.person.show_button.click()
    assert asked == [NUMBER]
    context.preferences.put("is_masked", True)
    assert "•" in panel.person.text
    assert "174" not in panel.person.text
    panel.top_row.field.setText("Anna")
    await until(lambda: panel.person.text == "")


@pytest.mark.qasync
async def test_the_window_lists_all_batches_and_follows(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    tester = QAbstractItemModelTester(
        window.model, QAbstractItemModelTester.FailureReportingMode.Fatal, window
    )
    assert [row.message_id for row in window.model.rows] == ["last", "first"]
    names = {window.model.index(row, BATCH).data() for row in range(2)}
    assert names == {name_of(one) for one in context.backend.reader.batches()}

    more = a_body("first", batchId="batch-b", code=201, duration=1, created=at(9).isoformat())
    await arrive_all(context, [arriving(more, 9)])
    await until(lambda: window.model.index(1, RESULT).data() == "Delivered")
    assert tester.model() is window.model


@pytest.mark.qasync
async def test_numbers_in_references_are_masked(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive_all(context, [arriving(a_body("number", reference="0701234567 Anna"), 6)])
    await until(lambda: window.model.rowCount() == 3)

    context.preferences.put("is_masked", True)

    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        said = [window.model.index(row, REFERENCE).data(role) for row in range(3)]
        assert sorted(said) == ["Anna", "Höstrea", "••••••••67 Anna"]


@pytest.mark.qasync
async def test_of_a_number_without_its_country_one_is_chosen(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot, PhoneNumber("", RECIPIENT[2:]))
    numbers = window._numbers  # noqa: SLF001 - what the user chooses in
    await until(numbers.isVisible)

    numbers.setCurrentIndex(1)
    numbers.activated.emit(1)

    await until(lambda: [row.message_id for row in window.model.rows] == ["abroad"])
    assert "+47" in window.head


@pytest.mark.qasync
async def test_what_is_held_is_saved(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    window = await shown(context, qtbot)
    said: list[str] = []
    window.told.connect(said.append)

    window.save_to(tmp_path / "anna.json")
    await until(lambda: bool(said))

    assert said == ["Saved: anna.json and anna.html."]
    held = msgspec.json.decode((tmp_path / "anna.json").read_bytes())
    assert [one["message_id"] for one in held["messages"]] == ["last", "first"]
    assert "Delivered (201)" in (tmp_path / "anna.html").read_text()


@pytest.mark.qasync
async def test_a_person_is_erased_after_a_question(
    context: Context, qtbot: QtBot, data_dir: Path
) -> None:
    window = await shown(context, qtbot)
    copy = data_dir / "kvitto-saved-1.db"
    copy.write_bytes(RECIPIENT.encode())
    window.erase.click()
    dialog = window.findChild(EraseDialog)
    assert dialog is not None
    assert "Of 2 message(s)" in dialog.told.text()
    assert "backups" in dialog.told.text()

    dialog.act.click()
    await until(lambda: window.head.startswith("Erased: 2 message(s)"))

    assert copy.name in window.head
    await until(lambda: window.model.rowCount() == 0)
    assert not window.erase.isEnabled()
    assert files_with(data_dir, RECIPIENT) == [copy.name]
    assert check(context.backend.database).differences == []


@pytest.mark.qasync
async def test_traces_that_a_server_still_has_are_told_with_what_is_to_be_done(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await shown(context, qtbot)
    done = Erasure(START, 2, 2, 0, 0, 0, is_rewritten=False)
    monkeypatch.setattr(PersonReader, "erasures", lambda _self: [done])
    monkeypatch.setattr(context.backend.database, "is_shared", True)

    window.erase_now()
    await until(lambda: window.head.startswith("Erased: 2 message(s)"))

    assert "Traces are left in the server's tables" in window.head
    assert "VACUUM (FREEZE, INDEX_CLEANUP ON)" in window.head
    assert "database's file" not in window.head
    gone = msgspec.structs.replace(done, is_rewritten=True)
    assert "Traces" not in PersonWords().erased(gone, is_on_server=True)


@pytest.mark.qasync
async def test_a_batch_tells_quietly_of_numbers_that_are_in_it_twice(
    context: Context, qtbot: QtBot
) -> None:
    await begin(context)
    await arrive_all(
        context, [arriving(a_body("one")), arriving(a_body("two", price=0.09)), *zeros()]
    )
    panel = DetailsPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_selection(Selection(batch=the_batch(context)))
    line = panel.batch_page.form.repeats
    await until(lambda: line.text != "")

    assert line.text.replace("\N{NO-BREAK SPACE}", " ") == (
        "1 number(s) are in this batch twice: 2 message(s), 0.08 EUR of it needless. "
        "Where a family shares a phone, that is right. 1 message(s) went to numbers with a zero "
        "behind the country code, as in 46 0 70: these will fail."
    )
    asked: list[BatchRecord] = []
    panel.repeats_requested.connect(asked.append)
    line.show_button.click()
    window = RepeatsWindow(context, asked[0])
    qtbot.addWidget(window)
    await until(lambda: window.model.rowCount() == 3)
    assert [row.message_id for row in window.model.rows] == ["zero", "one", "two"]
    persons: list[object] = []
    window.person_requested.connect(persons.append)
    window.view.activated.emit(window.model.index(1, 0))
    assert persons == [NUMBER]

    line.dismiss_button.click()
    await until(lambda: line.text == "")
    panel.hide()


def zeros() -> list[ReportRequest]:
    return [arriving(a_body("zero", recipient="460701740605"))]


@pytest.mark.qasync
async def test_a_messages_details_lead_to_its_person(context: Context, qtbot: QtBot) -> None:
    await filled(context)
    header = MessageHeader(None)  # type: ignore[arg-type]
    qtbot.addWidget(header)
    asked: list[object] = []
    header.person_requested.connect(asked.append)
    message = PersonReader(context.backend.database).person(NUMBER).messages[0]

    header.show_message(message, NOON, is_masked=False)
    header.person.click()

    assert asked == [NUMBER]

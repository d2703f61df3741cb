"""Finding: one field, chips that combine, live, and a way out of all of it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kvitto.core.sending_period import PeriodKind, SendingPeriod
from kvitto.core.status import Result
from kvitto.paths import database_file
from kvitto.store.errors import DatabaseLockedError
from kvitto.store.search import MessageSearch
from tests.store.arrivals import a_report
from tests.ui.batches.conftest import Table
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def some(table: Table) -> None:
    await table.append(
        a_report("m1", batch_id="summer", code=201, final=True, reference="Sol"),
        a_report("m2", batch_id="summer", code=500, final=True, reference="Regn"),
        a_report("m3", batch_id="winter", code=102, currency="SEK", reference="Snö"),
        a_report("m4", batch_id="winter", code=511, currency="SEK", reference="Snö"),
        a_report("m5", batch_id="other", code=201, final=True, reference=None),
    )
    await until(lambda: len(table.names()) == 3)


async def test_what_is_found_is_shown_and_opened_where_it_is_little(table: Table) -> None:
    await some(table)
    await table.seek("snö")
    assert table.names() == ["winter"]
    await until(lambda: table.messages("winter") == ["m3", "m4"])
    await until(lambda: table.panel.top_row.count.text() == _count(1, 3, 2))

    await table.seek("")
    assert len(table.names()) == 3
    assert not table.view.isExpanded(table.model.index_of(table.key("winter")))


def _count(shown: int, known: int, messages: int) -> str:
    return f"Shown: {shown} of {known} batch(es), {messages} message(s)"


async def test_chips_combine_with_each_other_and_the_text(table: Table) -> None:
    await some(table)
    chips = table.panel.top_row.chips
    chips.results.choose((Result.FAILED,))
    await table.found()
    assert table.names() == ["summer"]

    chips.results.choose((Result.FAILED, Result.PENDING))
    await table.found()
    assert sorted(table.names()) == ["summer", "winter"]

    chips.codes.choose((500, 511))
    chips.unfinished.setChecked(True)
    await table.found()
    assert table.names() == ["winter"]
    await table.open("winter", 1)
    assert table.messages("winter") == ["m4"]

    chips.currencies.choose(("EUR",))
    await table.found()
    assert table.names() == []

    chips.clear()
    await until(lambda: len(table.names()) == 3)
    chips.codes.choose((102,))
    await table.found()
    assert table.names() == ["winter"]
    chips.period.choose(SendingPeriod(PeriodKind.TODAY))
    await table.found()
    assert table.names() == [], "they are of the first of March"


async def test_chips_offer_what_there_is(table: Table) -> None:
    await some(table)
    chips = table.panel.top_row.chips
    chips.codes.menu().aboutToShow.emit()
    assert [one.text() for one in chips.codes.menu().actions()] == [
        "102  Queued  (1)",
        "201  Delivered  (2)",
        "500  Error  (1)",
        "511  Error  (1)",
    ]
    chips.codes.menu().actions()[1].trigger()
    assert chips.codes.chosen == frozenset({201})
    assert (chips.codes.text(), chips.codes.isChecked()) == ("201", True)
    chips.currencies.menu().aboutToShow.emit()
    assert [one.text() for one in chips.currencies.menu().actions()] == ["EUR", "SEK"]
    await table.found()


async def test_arrivals_that_match_appear_and_others_do_not(table: Table) -> None:
    await some(table)
    await table.seek("snö")
    await until(lambda: table.messages("winter") == ["m3", "m4"])

    await table.append(
        a_report("m6", batch_id="winter", reference="Is"),
        a_report("m7", batch_id="winter", reference="Snö"),
        a_report("m8", batch_id="new", reference="Snö"),
        a_report("m9", batch_id="newer", reference="Is"),
    )

    await until(lambda: sorted(table.names()) == ["new", "winter"])
    await until(lambda: table.messages("winter") == ["m3", "m4", "m7"])
    await until(lambda: table.panel.top_row.count.text() == _count(2, 5, 4))


async def test_a_message_that_no_longer_matches_goes_unless_it_is_selected(table: Table) -> None:
    await some(table)
    table.panel.top_row.chips.unfinished.setChecked(True)
    await table.found()
    await table.open("winter", 2)
    table.select_message("winter", "m4")

    await table.append(
        *(a_report(f"m{n}", batch_id="winter", code=201, final=True, second=9) for n in (3, 4))
    )
    await until(lambda: table.messages("winter") == ["m4"])
    status = table.view.currentIndex().siblingAtColumn(1)
    await until(lambda: status.data() == "Delivered 201")

    table.view.select(table.model.index_of(table.key("winter")))
    await until(lambda: "winter" not in table.names() or table.messages("winter") == [])


async def test_nothing_found_says_so_and_offers_the_way_back(table: Table) -> None:
    await some(table)
    await table.seek("zebra")
    placeholder = table.panel.placeholder
    await until(lambda: placeholder.text == "Nothing matches “zebra”.")

    placeholder.button.click()

    await until(lambda: len(table.names()) == 3)
    assert table.panel.top_row.field.text() == ""


class Gate:
    """Holds up a finder's counting until it is opened, or the finder is stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = threading.Event()
        self.stopped: list[str] = []
        really = MessageSearch.batches

        def held_up(finder: MessageSearch, wanted: object, **options: object) -> dict[int, int]:
            text = getattr(wanted, "text", "")
            while text == "slow" and not self.opened.wait(0.01):
                if finder.is_stopped:
                    self.stopped.append(text)
                    raise InterruptedError
            return really(finder, wanted, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(MessageSearch, "batches", held_up)


async def test_a_long_search_shows_that_it_is_busy_and_is_left_with_escape(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)
    gate = Gate(monkeypatch)
    busy: list[bool] = []
    table.panel.search.busy_changed.connect(busy.append)
    field = table.panel.top_row.field
    field.setText("slow")
    await until(lambda: busy == [True])
    assert table.panel.top_row.is_busy

    QTest.keyClick(field, Qt.Key.Key_Escape)
    await until(lambda: gate.stopped == ["slow"])

    assert busy == [True, False]
    assert (field.text(), len(table.names())) == ("slow", 3)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert table.view.currentIndex().isValid()


async def test_typing_on_ends_the_search_before(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)
    gate = Gate(monkeypatch)
    table.panel.top_row.field.setText("slow")
    await until(lambda: table.panel.search.wanted.text == "slow")
    await table.seek("snö")
    assert table.names() == ["winter"]
    await until(lambda: gate.stopped == ["slow"])


async def test_a_store_that_cannot_be_read_is_told(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)

    def fail(*_: object, **__: object) -> dict[int, int]:
        raise DatabaseLockedError(database_file(table.context.backend.folder))

    monkeypatch.setattr(MessageSearch, "batches", fail)
    told: list[str] = []
    table.panel.failed.connect(told.append)
    table.panel.top_row.field.setText("x")
    await until(lambda: bool(told))
    assert "locked" in told[0]
    assert not table.panel.search.is_running


async def test_the_search_field_is_a_key_away_and_leads_to_the_table(table: Table) -> None:
    await some(table)
    table.panel.top_row.field.setText("snö")
    table.panel.focus_search()
    assert table.panel.top_row.field.selectedText() == "snö"
    QTest.keyClick(table.panel.top_row.field, Qt.Key.Key_Down)
    assert table.view.currentIndex().row() == 0
    await table.found()


async def test_the_newest_matches_are_seen_before_all_are_counted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)
    looks: list[tuple[object, bool]] = []
    table.panel.search.found.connect(lambda _wanted, counts, whole: looks.append((counts, whole)))

    await table.seek("m")
    assert len(looks) == 1, "the first look has seen all"

    monkeypatch.setattr("kvitto.ui.batches.search_field._FIRST", 2)
    await table.seek("Snö")
    await table.seek("4670")
    assert looks[-2:] == [({2: 1, 3: 1}, False), ({1: 2, 2: 2, 3: 1}, True)]
    assert len(table.names()) == 3


async def test_a_search_that_was_left_says_that_there_may_be_more(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)
    monkeypatch.setattr("kvitto.ui.batches.search_field._FIRST", 1)
    table.panel.search.found.connect(lambda *_: table.panel.search.leave())
    table.panel.top_row.field.setText("sol")
    await until(lambda: table.panel.top_row.count.text() == f"{_count(1, 3, 1)} so far")


async def test_many_touched_batches_are_counted_at_once(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some(table)
    monkeypatch.setattr("kvitto.ui.batches.search_field._MANY", 1)
    await table.seek("snö")
    await table.append(
        *(a_report("m9", batch_id=f"b{n}", reference="Snö") for n in range(3)),
        a_report("m10", batch_id="b1", reference="Snö"),
    )
    await until(lambda: table.panel.top_row.count.text() == _count(4, 6, 6))


async def test_what_was_opened_by_a_search_is_not_kept_open(table: Table) -> None:
    await some(table)
    await table.seek("snö")
    await until(lambda: table.view.isExpanded(table.model.index_of(table.key("winter"))))
    table.panel.save_state()
    assert table.context.preferences.state("batches/open").data() == b"[]"

"""The table's header: which columns are shown, how wide, and what is kept of that."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kvitto.core.status import CODE_NAMES, result_of
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.columns import (
    COLUMNS,
    COST,
    DELIVERED,
    LAST_CHANGE,
    NAME,
    NOT_DELIVERED,
    REFERENCE,
    SENT,
    STATUS,
    WAITING,
    column_title,
)
from kvitto.ui.batches.delegate import MARGIN
from kvitto.ui.batches.paint_cache import PaintCache
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import number_font
from tests.ui.batches.records import a_batch
from tests.ui.batches.watching import model_of


def test_columns_are_shown_and_hidden_by_the_menu_but_not_the_names(
    view: BatchView, qtbot: QtBot
) -> None:
    menu = view.columns.column_menu()
    name, status, *_, _separator, as_at_first = menu.actions()
    assert not name.isEnabled()
    status.setChecked(False)
    assert view.columns.isSectionHidden(1)
    view.columns.moveSection(4, 0)
    as_at_first.trigger()
    assert not view.columns.isSectionHidden(1)
    assert [view.columns.visualIndex(at) for at in range(len(COLUMNS))] == list(range(len(COLUMNS)))
    qtbot.addWidget(menu)


@pytest.mark.parametrize("state", [b"", b"nonsense"])
def test_a_state_that_cannot_be_read_changes_nothing(view: BatchView, state: bytes) -> None:
    before = view.columns.sectionSize(2)
    view.columns.restore(QByteArray(state))
    assert view.columns.sectionSize(2) == before
    view.sort_as_shown()
    assert model_of(view).batches.sort_column == -1


def test_the_names_have_the_room_that_is_left(view: BatchView) -> None:
    view.resize(1400, 400)
    assert view.columns.length() == view.viewport().width()
    view.resize(1600, 400)
    assert view.columns.length() == view.viewport().width()
    view.resize(400, 400)
    assert view.columns.sectionSize(NAME) == 168
    assert view.columns.sectionSize(STATUS) == 120


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (1800, set(range(len(COLUMNS)))),
        (886, {NAME, STATUS, SENT, DELIVERED, NOT_DELIVERED, WAITING, COST}),
        (640, {NAME, STATUS, SENT, DELIVERED, NOT_DELIVERED}),
    ],
)
def test_what_matters_fits_beside_the_details_and_nothing_is_moved_sideways(
    view: BatchView, width: int, shown: set[int]
) -> None:
    view.resize(width, 400)

    header = view.columns
    assert {one for one in range(len(COLUMNS)) if not header.isSectionHidden(one)} == shown
    assert header.length() == view.viewport().width()
    assert header.sectionSize(NAME) >= 208
    view.resize(1800, 400)
    assert not header.hiddenSectionCount()


def test_marks_stand_beside_the_name_where_their_column_is_left_out(view: BatchView) -> None:
    model = model_of(view)
    view.resize(886, 400)

    def painted(**what: object) -> QImage:
        model.batches.apply([a_batch(1, label="Höstrea", **what)])  # type: ignore[arg-type]
        return view.viewport().grab(view.visualRect(model.index_of(1))).toImage()

    plain, noted, archived = painted(), painted(notes="Late"), painted(is_archived=True)
    assert plain != noted
    assert plain != archived
    view.resize(1800, 400)
    names = view.visualRect(model.index_of(1))
    model.batches.apply([a_batch(1, label="Höstrea")])
    before = view.viewport().grab(names).toImage()
    model.batches.apply([a_batch(1, label="Höstrea", notes="Late")])
    assert view.viewport().grab(names).toImage() == before, "they have a column of their own"


def test_a_column_that_was_asked_for_is_there_in_any_width_and_after_a_restart(
    view: BatchView, qtbot: QtBot
) -> None:
    view.resize(886, 400)
    header = view.columns
    for section, is_shown in ((LAST_CHANGE, True), (SENT, False)):
        menu = header.column_menu()
        qtbot.addWidget(menu)
        menu.actions()[section].setChecked(is_shown)
    state = header.save()

    for width in (640, 1800, 886):
        view.resize(width, 400)
        assert not header.isSectionHidden(LAST_CHANGE), width
        assert header.isSectionHidden(SENT), width
    header.set_first_widths()
    assert not header.isSectionHidden(SENT)
    header.restore(state)
    assert header.isSectionHidden(SENT)
    view.resize(1800, 400)
    assert header.hiddenSectionCount() == 1, "what had no room comes back"


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SWEDISH])
def test_every_status_and_its_code_fit_their_column(
    view: BatchView, languages: Languages, language: Language
) -> None:
    view.resize(886, 400)
    languages.speak(language)
    pictures, font = PaintCache(), number_font(view.font())
    room = view.columns.sectionSize(STATUS) - 2 * MARGIN
    for code in (*CODE_NAMES, 299, 500, 511):
        for final in (True, False):
            words = (formatting.status_word(code, final=final), str(code))
            result = result_of(code, final=final)
            has, wants = (pictures.badge(result, words, font, wide, 1) for wide in (room, 400))
            assert has.width() == wants.width(), words


def test_what_the_names_do_not_need_goes_to_the_references(view: BatchView) -> None:
    view.resize(1800, 400)
    assert view.columns.sectionSize(REFERENCE) == 240
    view.resize(1280, 400)
    assert view.columns.sectionSize(REFERENCE) == COLUMNS[REFERENCE].width


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SWEDISH])
def test_the_title_and_any_age_of_the_last_report_fit_their_column(
    view: BatchView, languages: Languages, language: Language
) -> None:
    languages.speak(language)
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    room = COLUMNS[LAST_CHANGE].width - 2 * MARGIN
    ages = (timedelta(seconds=59), timedelta(minutes=59), timedelta(hours=23))
    metrics = QFontMetrics(number_font(view.font()))
    for text in (formatting.ago(now - age, now) for age in ages):
        assert metrics.horizontalAdvance(text) <= room, text
    title = column_title(COLUMNS[LAST_CHANGE])
    assert view.columns.fontMetrics().horizontalAdvance(title) <= room, title


def test_a_width_of_the_references_that_was_chosen_is_kept(view: BatchView) -> None:
    view.resize(1800, 400)
    view.columns.resizeSection(REFERENCE, 130)
    view.resize(1900, 400)
    assert view.columns.sectionSize(REFERENCE) == 130
    state = view.columns.save()
    view.columns.set_first_widths()
    assert view.columns.sectionSize(REFERENCE) == 240

    view.columns.restore(state)
    view.resize(1700, 400)

    assert view.columns.sectionSize(REFERENCE) == 130


def test_a_width_of_the_references_that_was_not_chosen_follows_the_next_window(
    view: BatchView,
) -> None:
    view.resize(886, 400)
    view.columns.restore(view.columns.save())
    view.resize(1800, 400)
    assert view.columns.sectionSize(REFERENCE) == 240


def test_a_width_of_the_names_that_was_chosen_by_hand_is_kept(view: BatchView) -> None:
    header = view.columns
    view.resize(1800, 400)
    edge = QPoint(header.sectionPosition(NAME) + header.sectionSize(NAME) - 1, 10)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(60, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(60, 0))
    header.resizeSection(NAME, 300)
    view.resize(1500, 400)
    assert header.sectionSize(NAME) == 300

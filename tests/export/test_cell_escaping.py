"""What spreadsheets would do to text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.export.cell_escaping import MAX_CELL_LENGTH, defused, shortened, visible
from tests.export.reading import HOSTILE, NOT_NUMBERS, PLAIN

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
BLANKS = "\"'\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

texts = st.text() | st.text(alphabet="=+-@\uff1d'\" ,;|\t\nx1e5:\ufeff") | st.sampled_from(HOSTILE)


def undone(cell: str) -> str:
    """Take the apostrophes off again, as the page of `spreadsheet` says that one can."""
    blanks = r'[\s"\u00ad\u200b-\u200f\u2060\ufeff]*'
    mark = re.compile(rf"((?:\A|[,;|\t\n]){blanks})'(?='*[{re.escape(SIGNS)}])")
    if cell.startswith("'") and not re.match(rf"'+[{re.escape(SIGNS)}]", cell):
        cell = cell[1:]
    return mark.sub(r"\1", cell)


def begins_with_a_formula(cell: str) -> bool:
    bare = re.sub(rf"\A[\s{BLANKS}]*", "", cell)
    return bare[:1] in set(SIGNS) and "'" not in cell[: len(cell) - len(bare)]


@given(texts)
def test_no_part_of_a_text_can_be_a_formula_whatever_separates_the_cells(text: str) -> None:
    marked = defused(visible(text))

    assert marked[:1] not in {*SIGNS, "\t", "\r"}
    for part in re.split(r"[,;|\t\r\n]", marked):
        assert not begins_with_a_formula(part)


@given(texts)
def test_the_marks_can_be_taken_off_again(text: str) -> None:
    assert undone(defused(text)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers() | st.dates())
def test_no_text_that_is_a_number_or_a_date_is_read_as_one(value: object) -> None:
    assert defused(str(value)) == f"'{value}"


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_a_text_that_looks_like_a_number_or_a_time_is_marked(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@given(st.text())
def test_what_a_terminal_would_obey_becomes_visible(text: str) -> None:
    shown = visible(text)

    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", shown)
    assert visible(shown) == shown


def test_each_control_character_has_a_picture_of_its_own() -> None:
    assert visible("a\0b\x1bc\rd\x7fe\x9bf") == "a␀b␛c␍d␡e\ufffdf"


def test_tabs_and_line_ends_stay() -> None:
    assert visible("a\tb\nc\r\nd\x07") == "a\tb\nc\nd␇"


def test_a_text_that_fits_is_not_cut() -> None:
    text = "x" * (MAX_CELL_LENGTH - 2) + "📱"

    assert shortened(text) == text


@pytest.mark.parametrize("character", ["x", "å", "📱"])
def test_a_text_that_is_too_long_is_cut_with_a_mark(character: str) -> None:
    text = character * (MAX_CELL_LENGTH + 1)

    cut = shortened(text)

    assert MAX_CELL_LENGTH - 1 <= len(cut.encode("utf-16-le")) // 2 <= MAX_CELL_LENGTH
    assert cut.endswith(f"{character} … [cut: 32768 characters in all]")


def test_a_mark_that_turns_a_number_around_is_shown() -> None:
    assert visible("\N{RIGHT-TO-LEFT OVERRIDE}46701") == "⟨U+202E⟩46701"

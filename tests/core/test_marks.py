"""What is kept of marks, and how they are counted."""

from kvitto.core.marks import (
    OPTIONAL_FIELDS,
    URL_MARK,
    fields_among,
    joined,
    reports_by_mark,
    reports_with_unread_fields,
    split,
)


def test_marks_are_one_plain_text_in_a_fixed_order_each_once() -> None:
    assert joined([URL_MARK, "price", "created", "price"]) == "created price url"
    assert joined(reversed(OPTIONAL_FIELDS)) == " ".join(OPTIONAL_FIELDS)
    assert joined([]) is None


def test_the_text_becomes_the_marks_again() -> None:
    assert split("created price url") == ("created", "price", URL_MARK)
    assert split(None) == ()


def test_the_fields_are_told_from_other_marks() -> None:
    assert fields_among(("created", URL_MARK, "anything")) == ("created",)


def test_a_report_with_several_unread_fields_is_one_report() -> None:
    counts = {"created": 3, "created price": 2, "url": 5, "price url": 1}

    assert reports_with_unread_fields(counts) == 6
    assert reports_by_mark(counts) == {"created": 5, "price": 3, "url": 6}
    assert list(reports_by_mark(counts)) == ["created", "price", "url"]

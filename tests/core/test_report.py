"""A report, and when two of them are the same."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.ip1_parser import parse
from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport, Origin, fingerprint
from tests.core import strategies

REPORT = DeliveryReport(
    message_id="m",
    batch_id="b",
    code=201,
    final=True,
    created=datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
    recipient="46701234567",
    segments=2,
    price_nano=82_000_000,
    currency="EUR",
    reference="spring",
)

OTHER_VALUES: dict[str, list[object]] = {
    "message_id": ["M", "m ", "n"],
    "batch_id": ["B", "c"],
    "code": [202, 0, -201],
    "final": [False],
    "created": [
        None,
        datetime(2018, 10, 23, 17, 43, 21, 1, tzinfo=UTC),
        datetime(2018, 10, 23, 19, 43, 21, tzinfo=UTC),
    ],
    "recipient": [None, "46701234568", "046701234567"],
    "segments": [None, 0, 1],
    "price_nano": [None, 0, -82_000_000, 82_000_001],
    "currency": [None, "SEK"],
    "reference": [None, "Spring", "null"],
}


def test_every_field_of_a_report_is_tried_below() -> None:
    assert (*OTHER_VALUES, "left_out") == DeliveryReport.__struct_fields__


def test_what_could_not_be_read_makes_no_other_report() -> None:
    """It counts as absent: whoever says nothing else says the same."""
    other = msgspec.structs.replace(REPORT, left_out=("price",))

    assert (other, hash(other), fingerprint(other)) == (REPORT, hash(REPORT), fingerprint(REPORT))
    assert REPORT != "a report"


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in OTHER_VALUES.items() for value in values]
)
def test_a_report_that_differs_in_one_field_is_not_a_duplicate(name: str, value: object) -> None:
    other = msgspec.structs.replace(REPORT, **{name: value})

    assert other != REPORT
    assert fingerprint(other) != fingerprint(REPORT)


@given(st.data(), strategies.reports() | strategies.any_report())
def test_changing_any_single_field_makes_it_not_a_duplicate(
    data: st.DataObject, report: DeliveryReport
) -> None:
    other = data.draw(strategies.changed_fields(report), label="other")

    assert fingerprint(other) != fingerprint(report)


@given(strategies.reports(), strategies.reports())
def test_fingerprints_are_equal_exactly_if_the_reports_are(
    one: DeliveryReport, other: DeliveryReport
) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


@given(st.data(), strategies.any_report())
def test_another_spelling_of_the_same_report_is_a_duplicate(
    data: st.DataObject, report: DeliveryReport
) -> None:
    one = data.draw(strategies.spellings(report), label="one spelling")
    other = data.draw(strategies.spellings(report), label="another")

    assert fingerprint(parse(one)) == fingerprint(parse(other)) == fingerprint(report)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DeliveryReport("ab", "c", 1), DeliveryReport("a", "bc", 1)),
        (DeliveryReport("a", "b", 1), DeliveryReport("b", "a", 1)),
        (DeliveryReport('a","b', "c", 1), DeliveryReport("a", 'b","c', 1)),
        (DeliveryReport("a", "b", 1, segments=2), DeliveryReport("a", "b", 1, price_nano=2)),
        (DeliveryReport("a", "b", 1, recipient="x"), DeliveryReport("a", "b", 1, reference="x")),
        (DeliveryReport("a", "b", 1, reference="null"), DeliveryReport("a", "b", 1)),
        (DeliveryReport("a", "b", 1, final=False), DeliveryReport("a", "b", 0, final=True)),
        (DeliveryReport("e\u0301", "b", 1), DeliveryReport("\u00e9", "b", 1)),
    ],
)
def test_values_do_not_run_from_one_field_into_the_next(
    one: DeliveryReport, other: DeliveryReport
) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_stays_the_same_from_version_to_version() -> None:
    """They stand in databases: with another hash, every repetition would count as new."""
    assert fingerprint(REPORT) == -3874026525010117990


@given(strategies.any_report())
def test_a_fingerprint_is_a_number_that_a_column_holds(report: DeliveryReport) -> None:
    assert -(2**63) <= fingerprint(report) < 2**63


def test_the_same_instant_in_another_zone_is_the_same_time() -> None:
    there = REPORT.created and REPORT.created.astimezone(tz=None)
    elsewhere = msgspec.structs.replace(REPORT, created=there)

    assert fingerprint(elsewhere) == fingerprint(REPORT)


@pytest.mark.parametrize(
    ("price_nano", "currency", "price"),
    [
        (82_000_000, "EUR", Money(82_000_000, "EUR")),
        (82_000_000, None, Money(82_000_000, "")),
        (0, "EUR", Money(0, "EUR")),
        (-1, "EUR", Money(-1, "EUR")),
        (None, "EUR", None),
        (None, None, None),
    ],
)
def test_the_price_is_an_amount_in_a_currency(
    price_nano: int | None, currency: str | None, price: Money | None
) -> None:
    assert DeliveryReport("m", "b", 1, price_nano=price_nano, currency=currency).price == price


def test_a_report_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        REPORT.code = 202  # type: ignore[misc]


def test_origins_are_the_words_that_stand_in_databases() -> None:
    assert [origin.value for origin in Origin] == ["webhook", "demo", "api"]

"""Whatever comes is a report or refused, and soon."""

import re
import time
import traceback
from datetime import UTC
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvitto.core.ip1_parser import MAX_ABS_CODE, MAX_ID_LENGTH, MAX_SEGMENTS, PRICE_LIMIT, parse
from kvitto.core.money import NANO
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.core.report import DeliveryReport
from tests.core import strategies
from tests.core.ip1_bodies import FIELDS, MARKS, body, hostile_bodies, hostile_values


def told(raw: bytes) -> DeliveryReport | RejectedBodyError:
    """Parse, and check that there comes out a sound report or a sound refusal, nothing else."""
    result: DeliveryReport | RejectedBodyError
    try:
        result = parse(raw)
    except RejectedBodyError as error:
        result = error
    if isinstance(result, DeliveryReport):
        assert_within_bounds(result)
    else:
        assert_says_nothing_of_the_body(result)
    return result


def assert_says_nothing_of_the_body(error: RejectedBodyError) -> None:
    in_a_log = "".join(traceback.format_exception(error))
    assert not any(mark in in_a_log for mark in MARKS)
    assert error.kind is not RejectionKind.TOO_LARGE
    assert re.fullmatch(r"[A-Z][ -~]{10,150}\.", str(error))


def assert_within_bounds(report: DeliveryReport) -> None:
    texts = (report.message_id, report.batch_id, report.recipient, report.reference)
    assert None not in texts[:2]
    for text in texts:
        if text is not None:
            assert 1 <= len(text) <= MAX_ID_LENGTH
            assert "\0" not in text
            assert text.encode("utf-8").decode("utf-8") == text
    assert type(report.code) is int
    assert -MAX_ABS_CODE <= report.code <= MAX_ABS_CODE
    assert type(report.final) is bool
    assert report.created is None or report.created.tzinfo is UTC
    if report.segments is not None:
        assert type(report.segments) is int
        assert 0 <= report.segments <= MAX_SEGMENTS
    if report.price_nano is not None:
        assert type(report.price_nano) is int
        assert abs(report.price_nano) < PRICE_LIMIT * NANO
    assert report.currency is None or re.fullmatch("[A-Z]{3}", report.currency)


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_report_or_refused(raw: bytes) -> None:
    told(raw)


@given(hostile_values().map(str.encode))
def test_any_json_is_a_report_or_refused(raw: bytes) -> None:
    result = told(raw)

    assert isinstance(result, RejectedBodyError)
    assert result.kind is not RejectionKind.NOT_JSON


@given(hostile_bodies())
@example(body(code="1e9999999"))
@example(body(code="-1e-9999999"))
@example(body(price="999999999.9999999999"))
def test_any_object_with_the_reports_fields_is_a_report_or_refused(raw: bytes) -> None:
    result = told(raw)

    assert isinstance(result, DeliveryReport) or result.kind is not RejectionKind.NOT_JSON


@given(st.sampled_from(sorted(FIELDS)), hostile_values())
@example("price", "1e-999999999999999999")
@example("code", "0e999999999999999999")
def test_one_hostile_field_in_a_sound_report_is_read_or_refused(name: str, raw: str) -> None:
    told(body(**{name: raw}))


@given(hostile_bodies())
@example(body(batchId="123", reference=None))
def test_a_half_of_a_pair_in_an_unknown_field_changes_nothing_else(raw: bytes) -> None:
    """It takes the body from the fast JSON decoder to the patient one: both must agree."""
    patient = raw[:-1] + (b"," if len(raw) > 2 else b"") + rb'"unknown":"\ud83d"}'

    one, other = told(raw), told(patient)

    if isinstance(one, DeliveryReport) or isinstance(other, DeliveryReport):
        assert one == other
    else:
        assert (one.kind, one.reason) == (other.kind, other.reason)


@given(st.data(), strategies.reports() | strategies.any_report())
def test_every_allowed_spelling_of_a_report_says_the_same(
    data: st.DataObject, report: DeliveryReport
) -> None:
    spelled = data.draw(strategies.spellings(report), label="spelled")

    assert parse(spelled) == report


LARGE: Final = {
    "a number of 65,000 digits": body(price="9" * 65_000),
    "65,000 digits after the point": body(price="0." + "9" * 65_000),
    "a code of 65,000 digits that is 1": body(code="1" + "0" * 65_000 + "e-65000"),
    "a text of 65,000 digits": body(price='"' + "9" * 65_000 + '"'),
    "an id of 65,000 digits": body(messageId="9" * 65_000),
    "a zero with a huge exponent": body(code="0e999999999999999999"),
    "a tiny exponent": body(segments="1e-999999999999999999"),
    "10,000 halves of pairs": body(reference='"' + r"\ud83d" * 10_000 + '"'),
    "65,000 pluses": body(recipient='"' + "+" * 65_000 + '"'),
    "a time of 65,000 digits": body(created='"' + "2" * 65_000 + '"'),
    "a currency of 65,000 letters": body(currency='"' + "e" * 65_000 + '"'),
    "30,000 open lists": b"[" * 65_000,
    "6,000 fields": body(**{f"x{number}": "1" for number in range(6000)}),
    "the same field 6,000 times": b'{"code": 1,' + b'"code": 1,' * 6000 + b'"code": 1}',
    "65,000 blanks": b" " * 65_000,
    "65,000 opening quotes": b'"' * 65_000,
}


@pytest.mark.parametrize("raw", LARGE.values(), ids=LARGE)
def test_no_body_as_large_as_we_take_keeps_the_processor_busy(raw: bytes) -> None:
    """A thousandth of a second each; a number expanded digit by digit would take minutes."""
    started = time.process_time()

    told(raw)

    assert time.process_time() - started < 1

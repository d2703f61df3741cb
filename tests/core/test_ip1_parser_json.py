"""What is not JSON, and JSON that is something else than a report."""

import json
from typing import Final

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from tests.core.ip1_bodies import (
    WHOLE,
    body,
    refused_for,
    rejection,
)

# --- JSON ---------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse(b"\xef\xbb\xbf" + body()) == WHOLE


def test_white_space_around_the_object_is_passed_over() -> None:
    assert parse(b" \r\n\t" + body() + b"\n") == WHOLE


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "The body is empty.", id="nothing"),
        pytest.param(b" \r\n", "The body is empty.", id="white space"),
        pytest.param(b"\xef\xbb\xbf", "The body is empty.", id="a byte order mark alone"),
        pytest.param(b"hello", "The body is not JSON.", id="words"),
        pytest.param(b"messageId=1&batchId=2&code=3", "The body is not JSON.", id="a form"),
        pytest.param(b"<r/>", "The body is not JSON.", id="XML"),
        pytest.param(body()[:-1], "The body is not JSON.", id="cut off"),
        pytest.param(body() + b"x", "The body is not JSON.", id="something after it"),
        pytest.param(body() + body(), "The body is not JSON.", id="two reports"),
        pytest.param(b"\xef\xbb\xbf" * 2 + body(), "The body is not JSON.", id="two marks"),
        pytest.param(b"\0", "The body is not JSON.", id="NUL"),
        pytest.param(body(code="0102"), "The body is not JSON.", id="a leading zero"),
        pytest.param(body(code="+102"), "The body is not JSON.", id="a leading plus"),
        pytest.param(body(price=".082"), "The body is not JSON.", id="no digit before the point"),
        pytest.param(body(code="0x66"), "The body is not JSON.", id="hexadecimal"),
        pytest.param(b"{'code': 1}", "The body is not JSON.", id="single quotes"),
        pytest.param(b'{"code": 1,}', "The body is not JSON.", id="a comma too many"),
        pytest.param(b"\xff" + body(), "The body is not text in UTF-8.", id="a bad first byte"),
        pytest.param(
            body(reference='"bl\\u00e5"').replace(b"\\u00e5", b"\xe5"),
            "The body is not text in UTF-8.",
            id="Latin-1",
        ),
        pytest.param(
            body(x='"@"').replace(b"@", b"\xed\xa0\xbd"),
            "The body is not text in UTF-8.",
            id="a bare half of a pair",
        ),
        pytest.param(
            body().decode().encode("utf-16"), "The body is not text in UTF-8.", id="UTF-16"
        ),
        pytest.param(
            b"[" * 60_000,
            "The JSON is nested too deeply to be a report.",
            id="60,000 lists that never end",
        ),
        pytest.param(
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
            "The JSON is nested too deeply to be a report.",
            id="10,000 objects",
        ),
        pytest.param(
            body(x="[" * 30_000 + "]" * 30_000),
            "The JSON is nested too deeply to be a report.",
            id="30,000 lists in an unknown field",
        ),
    ],
)
def test_what_is_not_json_is_refused_as_that(raw: bytes, reason: str) -> None:
    error = rejection(raw)

    assert (error.kind, str(error)) == (RejectionKind.NOT_JSON, reason)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"[]", "a list"),
        (b"[" + body() + b"]", "a list"),
        (b"17", "a number"),
        (b"1.5", "a number"),
        (b"1e9999999999999999999999", "a number"),
        (b"9" * 5000, "a number"),
        (b'"text"', "a text"),
        (b'"\\ud83d"', "a text"),
        (b"true", "true or false"),
        (b"null", "null"),
    ],
    ids=lambda raw: str(raw)[:24],
)
def test_json_that_is_not_an_object_is_not_a_report(raw: bytes, kind: str) -> None:
    assert refused_for(raw) == f"The JSON is {kind}, not an object with the report's fields."


def test_an_empty_object_is_not_a_report() -> None:
    assert refused_for(b"{}") == "The field messageId is missing."


# --- The SMS service's other callbacks ------------------------------------------------------------

INCOMING_SMS: Final = {
    "id": "5c613848879973045cf39ac4",
    "batchId": "5c613848879973045cf39ac3",
    "owner": "ip1-12345",
    "sender": "46712345678",
    "recipient": "456189040623",
    "body": "Hi my name is earl",
    "direction": "mo",
    "segments": 1,
    "statuses": [{"created": "2018-10-23T17:43:21Z", "code": 201, "duration": 1}],
}
EMAIL_REPORT: Final = {
    "messageId": "5c613848879973045cf39ac4",
    "emailId": "5c613848879973045cf39ac3",
    "recipientName": "Head Office",
    "recipientAddress": "info@example.com",
    "code": 102,
    "duration": 0,
    "created": "ISO-8601 string",
    "reference": "A client reference",
}


def test_an_incoming_sms_is_refused_under_its_name() -> None:
    error = rejection(json.dumps(INCOMING_SMS).encode())

    assert error.kind is RejectionKind.INCOMING_SMS
    assert "incoming SMS" in str(error)


@pytest.mark.parametrize("absent", ["body", "direction", "statuses", "id", "batchId"])
def test_an_incoming_sms_is_known_by_any_two_of_its_own_fields(absent: str) -> None:
    rest = {name: value for name, value in INCOMING_SMS.items() if name != absent}

    assert rejection(json.dumps(rest).encode()).kind is RejectionKind.INCOMING_SMS


def test_a_report_with_fields_of_an_incoming_sms_is_a_report() -> None:
    assert parse(json.dumps({**INCOMING_SMS, "code": 201}).encode()).code == 201


def test_an_email_report_is_refused_under_its_name() -> None:
    error = rejection(json.dumps(EMAIL_REPORT).encode())

    assert error.kind is RejectionKind.EMAIL_REPORT
    assert "e-mail" in str(error)


@pytest.mark.parametrize("absent", ["emailId", "recipientAddress"])
def test_an_email_report_is_known_by_either_of_its_own_fields(absent: str) -> None:
    rest = {name: value for name, value in EMAIL_REPORT.items() if name != absent}

    assert rejection(json.dumps(rest).encode()).kind is RejectionKind.EMAIL_REPORT


def test_a_report_with_fields_of_an_email_report_is_a_report() -> None:
    assert parse(json.dumps({**EMAIL_REPORT, "batchId": "b"}).encode()).batch_id == "b"


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_a_price_that_is_no_number_is_left_out_though_json_has_no_word_for_it(name: str) -> None:
    report = parse(body(price=name, x=name))

    assert (report.price_nano, report.left_out) == (None, ("price",))


def test_a_line_break_inside_a_text_costs_no_report() -> None:
    assert parse(body(reference='"a\nb"')).reference == "a\nb"


@pytest.mark.parametrize("name", ["messageId", "batchId"])
def test_a_blank_id_is_none(name: str) -> None:
    with pytest.raises(RejectedBodyError, match=f"The field {name} is missing"):
        parse(body(**{name: '"  "'}))

"""Every leniency and every bound of the protocol's page "Fields"."""

import json
import re
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app.core.ip1 import MAX_ABS_CODE, MAX_ID_LENGTH, MAX_SEGMENTS, PRICE_LIMIT, parse
from app.core.money import NANO, Money
from app.core.refusal import RefusalKind, RefusedBodyError
from app.core.report import DeliveryReport
from tests.core import strategies

SENDERS_SAMPLE: Final = Path(__file__).parents[1] / "data" / "senders_sample.json"

FIELDS: Final[dict[str, str]] = {
    "messageId": '"5c613848879973045cf39ac4"',
    "batchId": '"5c613848879973045cf39ac3"',
    "recipient": '"456189040623"',
    "code": "102",
    "duration": "0",
    "created": '"2018-10-23T17:43:21Z"',
    "segments": "2",
    "price": "0.082",
    "currency": '"eur"',
    "reference": '"A client reference"',
}
"""The sample's fields as raw JSON, with a time that can be read."""
NEEDED: Final = ("messageId", "batchId", "code")
OPTIONAL: Final = tuple(name for name in FIELDS if name not in NEEDED)
WHOLE: Final = DeliveryReport(
    message_id="5c613848879973045cf39ac4",
    batch_id="5c613848879973045cf39ac3",
    code=102,
    final=False,
    created=datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
    recipient="456189040623",
    segments=2,
    price_nano=82_000_000,
    currency="EUR",
    reference="A client reference",
)


def body(**changes: str | None) -> bytes:
    """Return the sample with fields set to raw JSON, or left out where that is None."""
    pairs = ((name, raw) for name, raw in {**FIELDS, **changes}.items() if raw is not None)
    return ("{" + ", ".join(f'"{name}": {raw}' for name, raw in pairs) + "}").encode()


def refusal(refused: bytes) -> RefusedBodyError:
    with pytest.raises(RefusedBodyError) as caught:
        parse(refused)
    return caught.value


def refused_for(refused: bytes) -> str:
    """Return the reason why a JSON body is not a report."""
    error = refusal(refused)
    assert error.kind is RefusalKind.NOT_A_REPORT
    return error.reason


# --- What the sender shows ----------------------------------------------------------------------


def test_the_senders_sample_word_for_word_is_a_report_whose_time_is_ours() -> None:
    assert parse(SENDERS_SAMPLE.read_bytes()) == DeliveryReport(
        message_id="5c613848879973045cf39ac4",
        batch_id="5c613848879973045cf39ac3",
        code=102,
        final=False,
        created=None,
        recipient="456189040623",
        segments=2,
        price_nano=82_000_000,
        currency="EUR",
        reference="A client reference",
    )


def test_the_sample_with_a_readable_time_is_read_whole() -> None:
    assert parse(body()) == WHOLE
    assert parse(body()).price == Money(82_000_000, "EUR")


def test_the_senders_newer_sample_calls_the_message_id_id() -> None:
    newer = body(messageId=None, id='"5bcf4324ee47dee41a9dbb13"', currency='"sek"')

    assert parse(newer).message_id == "5bcf4324ee47dee41a9dbb13"
    assert parse(newer).currency == "SEK"


def test_a_code_a_batch_and_a_message_make_a_report() -> None:
    needed_only = body(**dict.fromkeys(OPTIONAL))

    assert parse(needed_only) == DeliveryReport(WHOLE.message_id, WHOLE.batch_id, 102)


# --- Needed and optional fields -----------------------------------------------------------------


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("raw", [None, "null", '""'], ids=["absent", "null", "empty"])
def test_without_a_needed_field_it_is_not_a_report(name: str, raw: str | None) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is missing."


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("raw", [None, "null", '""'], ids=["absent", "null", "empty"])
def test_any_other_field_may_be_missing(name: str, raw: str | None) -> None:
    lacking = parse(body(**{name: raw}))

    attribute = {"duration": "final", "price": "price_nano"}.get(name, name)
    assert getattr(lacking, attribute) is (False if name == "duration" else None)
    others = [one for one in DeliveryReport.__struct_fields__ if one != attribute]
    assert [getattr(lacking, one) for one in others] == [getattr(WHOLE, one) for one in others]


def test_fields_that_we_do_not_know_are_passed_over() -> None:
    extra = body(owner='"ip1-12345"', mcc="240", tags='["a", {"b": null}]', statuses="[]")

    assert parse(extra) == WHOLE


@pytest.mark.parametrize("name", ["MessageId", "messageid", "batchID", "Code", " code"])
def test_field_names_are_exact(name: str) -> None:
    right = {"messageid": "messageId", "batchid": "batchId", "code": "code"}[name.strip().lower()]

    assert refused_for(body(**{right: None, name: FIELDS[right]})) == (
        f"The field {right} is missing."
    )


def test_of_a_field_given_twice_the_last_one_counts() -> None:
    twice = b'{"messageId": "a", "batchId": "b", "code": 101, "code": 201}'

    assert parse(twice).code == 201


# --- Ids, recipient, reference ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message_id", "other_id", "expected"),
    [
        pytest.param('"first"', '"second"', "first", id="messageId goes before id"),
        pytest.param(None, '"second"', "second", id="id stands in for an absent messageId"),
        pytest.param("null", '"second"', "second", id="id stands in for null"),
        pytest.param('""', '"second"', "second", id="id stands in for an empty messageId"),
        pytest.param('"first"', None, "first", id="id may be absent"),
        pytest.param('"first"', "[]", "first", id="an id that is not looked at may be anything"),
        pytest.param(None, "17", "17", id="id may be a number, too"),
    ],
)
def test_the_message_id(message_id: str | None, other_id: str | None, expected: str) -> None:
    assert parse(body(messageId=message_id, id=other_id)).message_id == expected


def test_a_message_id_of_a_wrong_kind_is_refused_even_where_id_would_do() -> None:
    assert refused_for(body(messageId="[]", id='"second"')) == (
        "The field messageId is a list, not a text."
    )


TEXT_FIELDS = {
    "messageId": "message_id",
    "batchId": "batch_id",
    "recipient": "recipient",
    "reference": "reference",
}


@pytest.mark.parametrize(("name", "attribute"), TEXT_FIELDS.items())
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("456189040623", "456189040623", id="a number"),
        pytest.param("-1", "-1", id="a negative number"),
        pytest.param("18446744073709551616", "18446744073709551616", id="beyond 64 bits"),
        pytest.param("9" * 256, "9" * 256, id="a number of 256 digits"),
        pytest.param('"0046"', "0046", id="a text of digits keeps its zeros"),
        pytest.param('"Påminnelse"', "Påminnelse", id="letters beyond ASCII"),
        pytest.param(r'"\ud83d\ude00"', "\N{GRINNING FACE}", id="an escaped pair of surrogates"),
        pytest.param('"' + "é" * 256 + '"', "é" * 256, id="256 characters, more bytes"),
    ],
)
def test_texts_are_kept_and_numbers_become_texts(
    name: str, attribute: str, raw: str, expected: str
) -> None:
    assert getattr(parse(body(**{name: raw})), attribute) == expected


@pytest.mark.parametrize("name", TEXT_FIELDS)
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param('"' + "x" * 257 + '"', id="a text of 257 characters"),
        pytest.param("9" * 257, id="a number of 257 digits"),
        pytest.param("-" + "9" * 256, id="a negative number of 256 digits"),
    ],
)
def test_texts_are_at_most_256_characters(name: str, raw: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is longer than 256 characters."


@pytest.mark.parametrize("name", TEXT_FIELDS)
@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("true", "true or false"),
        ("false", "true or false"),
        ("[]", "a list"),
        ('["a"]', "a list"),
        ("{}", "an object"),
        ("1.5", "a number"),
        ("1e400", "a number"),
        ("9" * 5000, "a number"),
    ],
)
def test_other_kinds_are_not_texts(name: str, raw: str, kind: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is {kind}, not a text."


@pytest.mark.parametrize("name", ["messageId", "batchId"])
@pytest.mark.parametrize(
    "raw",
    [r'"a\u0000"', r'"a\ud83d"', r'"\ude00a"', r'"\ude00\ud83d"'],
    ids=["NUL", "the first half of a pair", "the second half", "both in the wrong order"],
)
def test_an_id_that_can_not_be_stored_is_not_an_id(name: str, raw: str) -> None:
    """Replacing a character would make one message of two."""
    assert refused_for(body(**{name: raw})) == f"The field {name} holds characters that no id has."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(r'"a\u0000b"', "a\N{REPLACEMENT CHARACTER}b", id="NUL"),
        pytest.param(r'"cut \ud83d"', "cut \N{REPLACEMENT CHARACTER}", id="a lone first half"),
        pytest.param(r'"\ude00 cut"', "\N{REPLACEMENT CHARACTER} cut", id="a lone second half"),
        pytest.param(r'"a\n\tb"', "a\n\tb", id="line ends and tabs are kept"),
    ],
)
def test_a_reference_that_can_not_be_stored_is_mended(raw: str, expected: str) -> None:
    assert parse(body(reference=raw)).reference == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param('"+46701234567"', "46701234567", id="without its plus"),
        pytest.param('" 46701234567 "', "46701234567", id="without white space around it"),
        pytest.param("46701234567", "46701234567", id="a number"),
        pytest.param('"+"', None, id="nothing is left"),
        pytest.param('"  "', None, id="white space only"),
        pytest.param('"MyShop"', "MyShop", id="what is not digits is kept"),
    ],
)
def test_the_recipient_is_digits_without_a_plus(raw: str, expected: str | None) -> None:
    assert parse(body(recipient=raw)).recipient == expected


# --- Numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param('"102"', 102, id="a text"),
        pytest.param('" 102 "', 102, id="a text with white space"),
        pytest.param("102.0", 102, id="a decimal that is whole"),
        pytest.param("1.02e2", 102, id="an exponent that makes it whole"),
        pytest.param('"1.02E+2"', 102, id="the same as a text"),
        pytest.param("10200e-2", 102, id="an exponent that takes zeros away"),
        pytest.param("299", 299, id="a code that nobody knows"),
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="minus zero"),
        pytest.param("-5", -5, id="negative"),
        pytest.param("0e999999999999", 0, id="zero with a huge exponent"),
        pytest.param(str(2**31 - 1), 2**31 - 1, id="the greatest that a column holds"),
        pytest.param(str(1 - 2**31), 1 - 2**31, id="the smallest"),
    ],
)
def test_a_code_may_be_any_whole_number(raw: str, code: int) -> None:
    assert parse(body(code=raw)).code == code


@pytest.mark.parametrize(
    ("raw", "final"),
    [
        ("0", False),
        ("1", True),
        ("false", False),
        ("true", True),
        ('"0"', False),
        ('"1"', True),
        ('"false"', False),
        ('"TRUE"', True),
        ("0.0", False),
        ("1.0", True),
        ("null", False),
    ],
)
def test_the_duration_says_whether_it_is_final(raw: str, final: bool) -> None:
    assert parse(body(duration=raw)).final is final


@pytest.mark.parametrize(
    ("raw", "segments"),
    [("0", 0), ("1", 1), ('"2"', 2), ("2.0", 2), ("1e4", 10_000), ("10000", 10_000)],
)
def test_segments_are_0_to_10_000(raw: str, segments: int) -> None:
    assert parse(body(segments=raw)).segments == segments


@pytest.mark.parametrize(
    ("raw", "nano"),
    [
        pytest.param("0.082", 82_000_000, id="the sample's"),
        pytest.param('"0.082"', 82_000_000, id="a text"),
        pytest.param("8.2e-2", 82_000_000, id="with an exponent"),
        pytest.param('"8.2E-2"', 82_000_000, id="a text with an exponent"),
        pytest.param("1", 1_000_000_000, id="whole"),
        pytest.param("0", 0, id="free"),
        pytest.param("-0.0", 0, id="minus zero"),
        pytest.param("-0.082", -82_000_000, id="negative"),
        pytest.param("0.000000001", 1, id="the smallest part that is kept"),
        pytest.param("0.123456789", 123_456_789, id="nine decimals"),
        pytest.param("0.30000000000000004", 300_000_000, id="what a binary float left behind"),
        pytest.param("0.28700000000000003", 287_000_000, id="the same again"),
        pytest.param("999999999.999999999", 10**18 - 1, id="the greatest"),
        pytest.param("-999999999.999999999", 1 - 10**18, id="the smallest"),
        pytest.param("1e-400000", 0, id="a tiny exponent"),
        pytest.param("1e-9999999", 0, id="one beyond a decimal's usual limits"),
        pytest.param("0." + "0" * 50_000 + "1", 0, id="50,000 decimals"),
        pytest.param("1." + "0" * 50_000, NANO, id="50,000 zeros"),
        pytest.param("1" + "0" * 5000 + "e-5000", NANO, id="a long way to write 1"),
    ],
)
def test_a_price_is_exact_to_nine_decimals(raw: str, nano: int) -> None:
    assert parse(body(price=raw)).price_nano == nano


OUT_OF_BOUNDS = [
    ("code", str(2**31)),
    ("code", str(-(2**31))),
    ("code", '"99999999999"'),
    ("duration", "2"),
    ("duration", "-1"),
    ("duration", '"2"'),
    ("segments", "-1"),
    ("segments", "10001"),
    ("segments", "10000.1"),
    ("segments", '"10001"'),
    ("price", "1000000000"),
    ("price", "-1000000000"),
    ("price", "1e9"),
    ("price", '"1e9"'),
    ("price", "999999999.9999999999"),
    ("price", "-999999999.9999999996"),
    *(
        (name, raw)
        for name in ("code", "duration", "segments", "price")
        for raw in (
            "1e400",
            "-1e400",
            '"1e400"',
            "1e400000",
            "1e999999",
            "1e1000000",
            "-1e9999999",
            "1e999999999999999999",
            "18446744073709551616",
            "9" * 5000,
            "-" + "9" * 5000,
            "1" + "0" * 60_000,
        )
    ),
]


@pytest.mark.parametrize(
    ("name", "raw"), OUT_OF_BOUNDS, ids=[f"{name} {raw[:24]}" for name, raw in OUT_OF_BOUNDS]
)
def test_out_of_bounds_is_not_a_report(name: str, raw: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is out of bounds."


@pytest.mark.parametrize("name", ["code", "duration", "segments"])
@pytest.mark.parametrize(
    "raw",
    ["0.5", '"0.5"', "1e-1", "1e-400000", "1e-9999999", "0." + "0" * 60_000 + "1"],
    ids=["a half", "as a text", "a tenth", "tiny", "tinier", "60,000 decimals"],
)
def test_codes_durations_and_segments_are_whole(name: str, raw: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is not a whole number."


@pytest.mark.parametrize("name", ["code", "duration", "segments", "price"])
def test_an_exponent_beyond_every_decimal_is_not_a_finite_number(name: str) -> None:
    raw = "1e9999999999999999999999"

    assert refused_for(body(**{name: raw})) == f"The field {name} is not a finite number."


@pytest.mark.parametrize("name", ["code", "duration", "segments", "price"])
@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        "sNaN",
        "Infinity",
        "-Infinity",
        "inf",
        "one",
        "0x66",
        "1_0",
        "1,5",
        "1 0",
        " ",
        "1e",
        ".",
        "-",
        "٣",
        "²",
        "1e9999999999999999999999",
        "9" * 5000,
    ],
)
def test_texts_that_are_not_numbers_are_refused(name: str, text: str) -> None:
    assert refused_for(body(**{name: json.dumps(text)})) == (
        f"The field {name} is a text that is not a number."
    )


@pytest.mark.parametrize("name", ["code", "segments", "price"])
@pytest.mark.parametrize("raw", ["true", "false"])
def test_true_and_false_are_numbers_only_as_a_duration(name: str, raw: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is true or false, not a number."


@pytest.mark.parametrize("name", ["code", "duration", "segments", "price"])
@pytest.mark.parametrize(("raw", "kind"), [("[1]", "a list"), ('{"a": 1}', "an object")])
def test_lists_and_objects_are_not_numbers(name: str, raw: str, kind: str) -> None:
    assert refused_for(body(**{name: raw})) == f"The field {name} is {kind}, not a number."


# --- Currency -----------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ['"eur"', '"EUR"', '"Eur"'])
def test_currencies_are_compared_without_case(raw: str) -> None:
    assert parse(body(currency=raw)).currency == "EUR"


@pytest.mark.parametrize(
    "raw",
    [
        '"eu"',
        '"euro"',
        '" eur"',
        '"eur\\n"',
        '"e1r"',
        '"€€€"',
        '"åäö"',
        r'"e\u017fp"',
        "978",
        "true",
        "[]",
    ],
)
def test_a_currency_is_three_letters(raw: str) -> None:
    assert refused_for(body(currency=raw)) == "The field currency is not three letters."


def test_a_price_without_a_currency_is_kept() -> None:
    assert parse(body(currency=None)).price == Money(82_000_000, "")


# --- Times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "2018-10-23T17:43:21Z",
            datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
            id="the sender's: seconds and Z",
        ),
        pytest.param(
            "2019-11-01T16:32:18.253",
            datetime(2019, 11, 1, 16, 32, 18, 253_000, tzinfo=UTC),
            id="the sender's: no zone is UTC",
        ),
        pytest.param(
            "2017-11-15T10:31:11.1727413+00:00",
            datetime(2017, 11, 15, 10, 31, 11, 172_741, tzinfo=UTC),
            id="the sender's: seven decimals, cut off",
        ),
        pytest.param(
            "2018-10-23T19:43:21+02:00",
            datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
            id="another zone",
        ),
        pytest.param(
            "2018-10-23T17:43:21.9999999Z",
            datetime(2018, 10, 23, 17, 43, 21, 999_999, tzinfo=UTC),
            id="decimals are cut off, not rounded into the next second",
        ),
        pytest.param(
            "2018-10-23 17:43:21",
            datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
            id="a blank instead of the T",
        ),
        pytest.param(
            " 2018-10-23T17:43:21Z\n",
            datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
            id="white space around it",
        ),
        pytest.param(
            "2018-10-23", datetime(2018, 10, 23, tzinfo=UTC), id="a date is its first instant"
        ),
    ],
)
def test_times_are_read(text: str, expected: datetime) -> None:
    created = parse(body(created=json.dumps(text))).created

    assert created == expected
    assert created is not None
    assert created.tzinfo is UTC


@pytest.mark.parametrize(
    "raw",
    [
        *map(json.dumps, strategies.UNREADABLE_TIMES),
        "1540316601",
        "1540316601.5",
        "1e400",
        "true",
        "[]",
        '{"$date": "2018-10-23T17:43:21Z"}',
        r'"\ud83d"',
        r'"2018-10-23T17:43:2\u00001Z"',
        '"' + "2" * 60_000 + '"',
    ],
    ids=lambda raw: raw[:40],
)
def test_a_time_that_can_not_be_read_is_ours_and_never_a_refusal(raw: str) -> None:
    assert parse(body(created=raw)).created is None


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
        pytest.param(body(reference='"a\0b"'), "The body is not JSON.", id="a bare NUL in a text"),
        pytest.param(body(reference='"a\nb"'), "The body is not JSON.", id="a bare line end"),
        pytest.param(body(price="NaN"), "The body is not JSON.", id="NaN"),
        pytest.param(body(price="Infinity"), "The body is not JSON.", id="Infinity"),
        pytest.param(body(price="-Infinity"), "The body is not JSON.", id="-Infinity"),
        pytest.param(body(x="NaN"), "The body is not JSON.", id="NaN in an unknown field"),
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
    error = refusal(raw)

    assert (error.kind, error.reason) == (RefusalKind.NOT_JSON, reason)


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


# --- The sender's other callbacks ---------------------------------------------------------------

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
    error = refusal(json.dumps(INCOMING_SMS).encode())

    assert error.kind is RefusalKind.INCOMING_SMS
    assert "incoming SMS" in error.reason


@pytest.mark.parametrize("absent", ["body", "direction", "statuses", "id", "batchId"])
def test_an_incoming_sms_is_known_by_any_two_of_its_own_fields(absent: str) -> None:
    rest = {name: value for name, value in INCOMING_SMS.items() if name != absent}

    assert refusal(json.dumps(rest).encode()).kind is RefusalKind.INCOMING_SMS


def test_a_report_with_fields_of_an_incoming_sms_is_a_report() -> None:
    assert parse(json.dumps({**INCOMING_SMS, "code": 201}).encode()).code == 201


def test_an_email_report_is_refused_under_its_name() -> None:
    error = refusal(json.dumps(EMAIL_REPORT).encode())

    assert error.kind is RefusalKind.EMAIL_REPORT
    assert "e-mail" in error.reason


@pytest.mark.parametrize("absent", ["emailId", "recipientAddress"])
def test_an_email_report_is_known_by_either_of_its_own_fields(absent: str) -> None:
    rest = {name: value for name, value in EMAIL_REPORT.items() if name != absent}

    assert refusal(json.dumps(rest).encode()).kind is RefusalKind.EMAIL_REPORT


def test_a_report_with_fields_of_an_email_report_is_a_report() -> None:
    assert parse(json.dumps({**EMAIL_REPORT, "batchId": "b"}).encode()).batch_id == "b"


# --- Whatever comes -----------------------------------------------------------------------------

MARKS: Final = ("☃", "8675309")
"""In every hostile text and number; never in our own words."""


def hostile_numbers() -> SearchStrategy[str]:
    """Draw numbers as JSON writes them, of any length and exponent."""
    digits = st.sampled_from(("0", "1", "8675309", "86753090.5", "0.8675309", "-8675309"))
    exponents = st.integers(-(10**25), 10**25) | st.integers(-1_000_001, 1_000_001)
    return digits | st.builds("{}e{}".format, digits, exponents)


def hostile_texts() -> SearchStrategy[str]:
    """Draw JSON texts with any characters, halves of pairs included."""
    characters = st.characters(exclude_categories=[])
    texts = st.text(characters, max_size=20).map(lambda text: f"{text}☃")
    return (texts | hostile_numbers()).map(json.dumps)


def hostile_values() -> SearchStrategy[str]:
    """Draw raw JSON values of all kinds."""
    leaves = st.sampled_from(("null", "true", "false", '""')) | hostile_numbers() | hostile_texts()
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda them: f"[{','.join(them)}]")
            | st.lists(st.tuples(hostile_texts(), inner), max_size=3).map(
                lambda pairs: "{" + ",".join(f"{name}:{raw}" for name, raw in pairs) + "}"
            )
        ),
        max_leaves=5,
    )


def hostile_bodies() -> SearchStrategy[bytes]:
    """Draw objects with the report's fields, some of them as they should be."""
    names = (*FIELDS, "id", "body", "direction", "statuses", "emailId", "recipientAddress", "☃")
    fields = st.fixed_dictionaries(
        {},
        optional={
            name: (st.just(FIELDS[name]) if name in FIELDS else st.nothing()) | hostile_values()
            for name in names
        },
    )
    return fields.map(
        lambda drawn: (
            "{" + ",".join(f'"{name}":{raw}' for name, raw in drawn.items()) + "}"
        ).encode()
    )


def told(raw: bytes) -> DeliveryReport | RefusedBodyError:
    """Parse, and check that there comes out a sound report or a sound refusal, nothing else."""
    outcome: DeliveryReport | RefusedBodyError
    try:
        outcome = parse(raw)
    except RefusedBodyError as error:
        outcome = error
    if isinstance(outcome, DeliveryReport):
        assert_within_bounds(outcome)
    else:
        assert_says_nothing_of_the_body(outcome)
    return outcome


def assert_says_nothing_of_the_body(error: RefusedBodyError) -> None:
    in_a_log = "".join(traceback.format_exception(error))
    assert not any(mark in in_a_log for mark in MARKS)
    assert error.kind is not RefusalKind.TOO_LARGE
    assert re.fullmatch(r"[A-Z][ -~]{10,150}\.", error.reason)


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
    outcome = told(raw)

    assert isinstance(outcome, RefusedBodyError)
    assert outcome.kind is not RefusalKind.NOT_JSON


@given(hostile_bodies())
@example(body(code="1e9999999"))
@example(body(code="-1e-9999999"))
@example(body(price="999999999.9999999999"))
def test_any_object_with_the_reports_fields_is_a_report_or_refused(raw: bytes) -> None:
    outcome = told(raw)

    assert isinstance(outcome, DeliveryReport) or outcome.kind is not RefusalKind.NOT_JSON


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

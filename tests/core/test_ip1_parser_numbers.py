"""Every leniency and every bound of a report's numbers, its currency and its time."""

import json
from datetime import UTC, datetime

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.money import NANO, Money
from tests.core import strategies
from tests.core.ip1_bodies import assert_unreadable, body

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
        pytest.param('"0,082"', 82_000_000, id="a text with a decimal comma"),
        pytest.param('" -0,082 "', -82_000_000, id="white space around it"),
        pytest.param('"8,2E-2"', 82_000_000, id="a comma and an exponent"),
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
def test_what_is_out_of_bounds_is_not_read(name: str, raw: str) -> None:
    assert_unreadable(name, raw, "is out of bounds")


@pytest.mark.parametrize("name", ["code", "duration", "segments"])
@pytest.mark.parametrize(
    "raw",
    ["0.5", '"0.5"', "1e-1", "1e-400000", "1e-9999999", "0." + "0" * 60_000 + "1"],
    ids=["a half", "as a text", "a tenth", "tiny", "tinier", "60,000 decimals"],
)
def test_codes_durations_and_segments_are_whole(name: str, raw: str) -> None:
    assert_unreadable(name, raw, "is not a whole number")


@pytest.mark.parametrize("name", ["code", "duration", "segments", "price"])
def test_an_exponent_beyond_every_decimal_is_not_a_finite_number(name: str) -> None:
    raw = "1e9999999999999999999999"

    assert_unreadable(name, raw, "is not a finite number")


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
        "1,5,0",
        "1.000,5",
        "0,082 EUR",
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
def test_texts_that_are_not_numbers_are_not_read(name: str, text: str) -> None:
    assert_unreadable(name, json.dumps(text), "is a text that is not a number")


@pytest.mark.parametrize("name", ["code", "segments", "price"])
@pytest.mark.parametrize("raw", ["true", "false"])
def test_true_and_false_are_numbers_only_as_a_duration(name: str, raw: str) -> None:
    assert_unreadable(name, raw, "is true or false, not a number")


@pytest.mark.parametrize("name", ["code", "duration", "segments", "price"])
@pytest.mark.parametrize(("raw", "kind"), [("[1]", "a list"), ('{"a": 1}', "an object")])
def test_lists_and_objects_are_not_numbers(name: str, raw: str, kind: str) -> None:
    assert_unreadable(name, raw, f"is {kind}, not a number")


# --- Currency -----------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ['"eur"', '"EUR"', '"Eur"', '" eur"', '"EUR\\t\\n"'])
def test_currencies_are_compared_without_case_and_white_space(raw: str) -> None:
    assert parse(body(currency=raw)).currency == "EUR"


@pytest.mark.parametrize(
    "raw",
    [
        '"eu"',
        '"euro"',
        '"e ur"',
        '"  "',
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
    assert_unreadable("currency", raw, "is not three letters")


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
def test_a_time_that_can_not_be_read_is_left_out_and_never_a_rejection(raw: str) -> None:
    if raw == '""':
        assert parse(body(created=raw)).left_out == ()
    else:
        assert_unreadable("created", raw, "is not a time")

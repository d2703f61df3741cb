"""Which fields a report has, and what may be in its texts: the protocol's page "Fields"."""

from pathlib import Path
from typing import Final

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.marks import OPTIONAL_FIELDS
from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport
from tests.core.ip1_bodies import (
    FIELDS,
    NEEDED,
    OPTIONAL,
    WHOLE,
    assert_unreadable,
    body,
    refused_for,
)

SENDERS_SAMPLE: Final = Path(__file__).parents[1] / "data" / "senders_sample.json"


# --- What the SMS service shows -------------------------------------------------------------------


def test_the_senders_sample_word_for_word_is_a_report_whose_time_is_ours() -> None:
    sample = parse(SENDERS_SAMPLE.read_bytes())

    assert sample.left_out == ("created",)
    assert sample == DeliveryReport(
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


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize(
    "raw",
    ["{}", '{"a": {"b": []}}', "[[1]]", "1e400", "-1e400", "1e9999999999999999999999", "9" * 5000],
)
def test_no_optional_field_ever_costs_a_report(name: str, raw: str) -> None:
    assert_unreadable(name, raw, "is anything")


def test_all_optional_fields_may_be_unreadable_at_once_and_are_named_in_a_fixed_order() -> None:
    spoiled = parse(body(**dict.fromkeys(reversed(OPTIONAL), "{}")))

    assert spoiled == DeliveryReport(WHOLE.message_id, WHOLE.batch_id, 102)
    assert spoiled.left_out == OPTIONAL_FIELDS


def test_a_report_that_can_be_read_whole_has_nothing_left_out() -> None:
    assert parse(body()).left_out == ()
    assert parse(body(**dict.fromkeys(OPTIONAL, "null"), owner="{}")).left_out == ()


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
    assert_unreadable(name, raw, "is longer than 256 characters")


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
    assert_unreadable(name, raw, f"is {kind}, not a text")


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

"""What the books' answers say, in every spelling that there may be."""

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.books.json_fields import ShapeError, ShapeLog
from kvitto.books.shapes import (
    account_in,
    batch_in,
    batches_in,
    message_in,
    messages_in,
)
from kvitto.core.ip1_parser import parse
from tests.helpers.examples import examples

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATUS = {"code": 201, "duration": 1, "created": "2026-03-01T10:00:00Z"}


def a_message(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": "m1",
        "batchId": "b1",
        "owner": "ip1-1",
        "sender": "Kliniken",
        "body": "Your result is negative",
        "recipient": "46701740605",
        "direction": "MT",
        "segments": 2,
        "price": msgspec.Raw(b"0.70"),
        "currency": "sek",
        "reference": "r",
        "mcc": 240,
        "mnc": 1,
        "statuses": [STATUS],
    }
    return usual | changes


def read(**changes: Any) -> Any:
    return message_in(msgspec.json.encode(a_message(**changes)), "b1", NOW, ShapeLog())


def test_a_message_says_what_its_report_would() -> None:
    message = read()
    (status,) = message.statuses
    report = status.report
    assert (report.message_id, report.batch_id, report.code, report.final) == (
        "m1",
        "b1",
        201,
        True,
    )
    assert report.created == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (report.recipient, report.segments, report.reference) == ("46701740605", 2, "r")
    assert (report.price_nano, report.currency) == (700_000_000, "SEK")
    assert (message.mcc, message.mnc) == ("240", "1")


def test_text_sender_and_owner_are_kept_nowhere() -> None:
    message = read()
    kept = message.statuses[0].body(message.statuses[0].report)
    for dropped in (b"negative", b"Kliniken", b"ip1-1"):
        assert dropped not in kept
    assert "negative" not in repr(message)


def test_what_is_kept_reads_as_the_report() -> None:
    status = read().statuses[0]
    kept = status.body(status.report)
    assert parse(kept) == status.report
    assert msgspec.json.decode(kept)["mcc"] == 240


@pytest.mark.parametrize(
    "changes",
    [
        {"segments": "2", "price": "0,70", "statuses": [STATUS | {"code": "201", "duration": "1"}]},
        {"statuses": [STATUS | {"duration": True, "created": "2026-03-01T10:00:00.000"}]},
        {"currency": "SEK", "price": 0.70000000000000004},
        {"owner": None, "sender": None, "body": None},
        {"type": "SMS", "datacoding": 2, "channel": {"new": [1]}},
    ],
)
def test_careless_types_say_the_same(changes: dict[str, Any]) -> None:
    assert read(**changes).statuses[0].report == read().statuses[0].report


def test_the_id_may_be_called_message_id() -> None:
    fields = a_message()
    fields["messageId"] = fields.pop("id")
    assert message_in(msgspec.json.encode(fields), "b1", NOW, ShapeLog()).message_id == "m1"


def test_euro_is_a_currency() -> None:
    assert read(currency="Euro").statuses[0].report.currency == "EUR"


def test_statuses_are_sorted_and_the_price_is_on_the_newest() -> None:
    earlier = {"code": 112, "duration": 0, "created": "2026-03-01T09:59:00Z"}
    later_104 = {"code": 104, "duration": 0, "created": "2026-03-01T10:01:00Z"}
    message = read(statuses=[STATUS, later_104, earlier])
    assert [one.report.code for one in message.statuses] == [112, 104, 201]
    assert [one.report.price_nano for one in message.statuses] == [None, None, 700_000_000]


@pytest.mark.parametrize("statuses", [[], None])
def test_a_message_may_have_no_statuses(statuses: Any) -> None:
    assert read(statuses=statuses).statuses == ()


@pytest.mark.parametrize("code", [117, 215, 461, 599, 9])
def test_unknown_codes_are_codes(code: int) -> None:
    assert read(statuses=[STATUS | {"code": code}]).statuses[0].report.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": ""},
        {"id": ["m1"]},
        {"batchId": "b2"},
        {"direction": "MO"},
        {"statuses": "none"},
        {"statuses": [3]},
        {"statuses": [{"code": 201, "duration": 1}]},
        {"statuses": [STATUS | {"created": "yesterday"}]},
        {"statuses": [STATUS | {"created": "0001-01-01T00:00:00"}]},
        {"statuses": [STATUS | {"created": "2026-04-01T00:00:00Z"}]},
        {"statuses": [STATUS | {"code": "delivered"}]},
        {"statuses": [STATUS] * 201},
    ],
)
def test_an_item_without_what_is_needed_is_bad_alone(changes: dict[str, Any]) -> None:
    body = msgspec.json.encode([a_message(id="a"), a_message(**changes), a_message(id="z")])
    page = messages_in(body, "b1", NOW, ShapeLog())
    assert [one.message_id for one in page.items] == ["a", "z"]
    assert len(page.bad) == 1
    assert len(page.keys) == 3
    assert b"negative" not in page.bad[0].kept
    assert b"Kliniken" not in page.bad[0].kept


@pytest.mark.parametrize("item", [b"3", b"null", b'"Your result is negative"', b"[[]]"])
def test_an_item_of_another_kind_is_bad_alone(item: bytes) -> None:
    body = b"[" + item + b"," + msgspec.json.encode(a_message()) + b"]"
    page = messages_in(body, "b1", NOW, ShapeLog())
    assert len(page.items) == len(page.bad) == 1
    assert b"negative" not in page.bad[0].kept


def kept_of(**changes: Any) -> tuple[str, bytes]:
    """Return why a message can't be read, in English, and what is kept of it."""
    page = messages_in(msgspec.json.encode([a_message(**changes)]), "b1", NOW, ShapeLog())
    (bad,) = page.bad
    return bad.reason.english, bad.kept


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "The field id is missing."),
        ({"batchId": "b2"}, "This is a message of another batch than the one asked about."),
        ({"direction": "MO"}, "This is not a message that was sent."),
        ({"statuses": [3]}, "The field statuses can't be read."),
        ({"statuses": [STATUS | {"created": "yesterday"}]}, "The field created can't be read."),
        ({"statuses": [STATUS | {"code": "x"}]}, "The field code is a text that is not a number."),
    ],
)
def test_why_an_item_is_bad_is_a_sentence(changes: dict[str, Any], reason: str) -> None:
    assert kept_of(**changes)[0] == reason


def test_what_is_kept_of_a_bad_item_shows_what_is_wrong() -> None:
    _, kept = kept_of(statuses=[STATUS | {"created": "yesterday"}])
    told = msgspec.json.decode(kept)
    assert told["statuses"] == [STATUS | {"created": "yesterday"}]
    assert (told["id"], told["batchId"], told["price"]) == ("m1", "b1", 0.7)


@pytest.mark.parametrize(
    "changes",
    [
        {"Body": "negative"},
        {"text": {"body": "negative"}},
        {"content": ["negative"]},
        {"reference": {"body": "negative", "text": "negative"}},
        {"statuses": [STATUS | {"body": "negative", "message": {"text": "negative"}}, 3]},
        {"negative 46701740605": 1},
    ],
)
def test_a_text_is_not_kept_of_a_bad_item_wherever_it_stands(changes: dict[str, Any]) -> None:
    _, kept = kept_of(**({"direction": "MO"} | changes))
    assert b"negative" not in kept
    assert b"Kliniken" not in kept


def test_a_number_in_a_bad_item_is_written_so_that_it_is_found() -> None:
    raw = msgspec.json.encode([a_message(direction="MO", recipient="SEVEN")])
    (bad,) = messages_in(raw.replace(b"SEVEN", b"4670174060\\u0035"), "b1", NOW, ShapeLog()).bad
    assert b"46701740605" in bad.kept


def test_a_number_without_an_id_is_not_kept() -> None:
    assert b"46701740605" not in kept_of(id=None, reference="+46701740605")[1]


def test_of_a_huge_bad_item_little_is_kept() -> None:
    _, kept = kept_of(
        statuses=[{"code": "x" * 5000}] * 201, modified="y" * 100_000, **{"z" * 39: [1] * 9999}
    )
    assert len(kept) < 4096
    assert msgspec.json.decode(kept)["statuses"] == "(list)"


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[1", b"\xff", b"<html>", b"[" * 50_000])
def test_what_is_no_list_is_no_page(body: bytes) -> None:
    with pytest.raises(ShapeError):
        messages_in(body, "b1", NOW, ShapeLog())
    with pytest.raises(ShapeError):
        batches_in(body, ShapeLog())


def test_a_batch_has_its_size_and_sum() -> None:
    body = b"""{"id": "b1", "deliveryReportUrl": "https://x/r/secret", "tags": ["a", 1],
        "priceSummary": {"total": 0.125, "currency": "eur"},
        "messageSummary": {"201": {"messages": 10, "sms": 12},
                           "511": {"messages": "2", "sms": 2}}}"""
    batch = batch_in(body, "b1", ShapeLog())
    assert (batch.messages, batch.segments) == (12, 14)
    assert (batch.total_nano, batch.currency, batch.tags) == (125_000_000, "EUR", ("a",))
    assert "secret" not in repr(batch)


@pytest.mark.parametrize(
    "summary", [b"null", b"[]", b'{"201": 3}', b'{"201": {"messages": -1}}', b'{"201": {}}']
)
def test_a_size_that_cannot_be_read_is_not_known(summary: bytes) -> None:
    body = b'{"id": "b", "messageSummary": ' + summary + b"}"
    assert batch_in(body, "b", ShapeLog()).messages is None


def test_an_empty_batch_has_no_messages() -> None:
    assert batch_in(b'{"id": "b", "messageSummary": {}}', "b", ShapeLog()).messages == 0


def test_another_batch_is_no_answer() -> None:
    with pytest.raises(ShapeError):
        batch_in(b'{"id": "other"}', "b", ShapeLog())


def test_half_an_emoji_costs_no_item() -> None:
    """As of a text that was cut inside of one: JSON, though the decoder does not know it."""
    whole = msgspec.json.encode(a_message(body="CUT"))
    cut = whole.replace(b"CUT", rb"\ud83d\ude00 \\ud83d \ud83d").replace(b'"m1"', b'"cut"')
    bad = cut.replace(b'"cut"', rb'"\ud83d"')
    page = messages_in(b"[" + b",".join([whole, cut, bad]) + b"]", "b1", NOW, ShapeLog())
    assert [one.message_id for one in page.items] == ["m1", "cut"]
    assert len(page.bad) == 1
    body = rb'{"id": "b", "body": "Hej \ud83d\ude00 \\ud83d \ud83d"}'
    text = batch_in(body, "b", ShapeLog()).text
    assert text == "Hej \N{GRINNING FACE} \\ud83d \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("balance", [b'"-3,50"', b"-3.5", b"-3.50"])
def test_a_balance_may_be_negative(balance: bytes) -> None:
    body = b'{"Account": "ip1-1", "Balance": ' + balance + b', "Currency": "Euro"}'
    account = account_in(body, ShapeLog())
    assert (account.balance_nano, account.currency) == (-3_500_000_000, "EUR")


@pytest.mark.parametrize("balance", [b"null", b'"much"', b"1e999999999999999999", b"true", b"[]"])
def test_a_balance_that_cannot_be_read_is_not_known(balance: bytes) -> None:
    body = b'{"Account": "ip1-1", "Balance": ' + balance + b"}"
    assert account_in(body, ShapeLog()).balance_nano is None


def test_new_fields_are_told_once_and_without_their_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shapes = ShapeLog()
    body = msgspec.json.encode(a_message(channel="private", **{"46701740605": {}}))
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            message_in(body, "b1", NOW, shapes)
    assert caplog.text.count("channel, text") == 1
    assert "private" not in caplog.text
    assert "46701740605" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*a_message(), "messageId"])


@examples(200)
@given(st.dictionaries(NAMES, JSON, max_size=4), st.dictionaries(st.text(), JSON, max_size=2))
def test_whatever_an_item_says_it_is_read_or_bad_and_reads_again_as_the_same(
    changes: dict[str, Any], more: dict[str, Any]
) -> None:
    body = msgspec.json.encode([a_message(**more) | changes])
    page = messages_in(body, "b1", NOW, ShapeLog())
    assert len(page.items) + len(page.bad) == 1
    for item in page.items:
        for status in item.statuses:
            assert parse(status.body(status.report)) == status.report


@examples(200)
@given(st.dictionaries(st.sampled_from(["code", "duration", "created"]), JSON), st.text())
def test_whatever_a_status_says(changes: dict[str, Any], recipient: str) -> None:
    body = msgspec.json.encode([a_message(recipient=recipient, statuses=[STATUS | changes])])
    page = messages_in(body, "b1", NOW, ShapeLog())
    assert len(page.items) + len(page.bad) == 1
    for item in page.items:
        for status in item.statuses:
            assert parse(status.body(status.report)) == status.report

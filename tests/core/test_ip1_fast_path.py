"""The quick reader: it says what the careful one says, or nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvitto.core.ip1_fast_path import parse_fast
from kvitto.core.ip1_parser import parse_lenient
from kvitto.core.report import DeliveryReport
from tests.core import strategies
from tests.core.ip1_bodies import FIELDS, WHOLE, body, hostile_bodies, hostile_values


def assert_both_agree(raw: bytes) -> None:
    usual = parse_fast(raw)
    if usual is not None:
        assert parse_lenient(raw) == usual


def test_a_report_as_it_is_documented_is_usual() -> None:
    assert parse_fast(body()) == WHOLE


@pytest.mark.parametrize(
    "raw",
    [
        body(owner='"somebody"'),
        body(code='"102"'),
        body(duration="true"),
        body(created="1"),
        body(segments="2.0"),
        body(price='"0,082"'),
        body(price="8.2e-2"),
        body(price="0.0000000001"),
        body(price="true"),
        body(currency='"€uro"'),
        body(currency='"eu1"'),
        body(recipient="46701234567"),
        body(reference=r'"\ud83d"'),
        body(messageId=r'"\u0000"'),
        b"\xef\xbb\xbf" + body(),
        b"[]",
        b"",
        b"\xff",
        b"[" * 65_000,
        body(price="[" * 65_000),
    ],
)
def test_anything_else_is_left_to_the_careful_reader(raw: bytes) -> None:
    assert parse_fast(raw) is None


@given(st.data(), strategies.reports() | strategies.any_report())
def test_every_spelling_is_read_alike(data: st.DataObject, report: DeliveryReport) -> None:
    assert_both_agree(data.draw(strategies.spellings(report), label="spelled"))


@given(st.sampled_from(sorted(FIELDS)), hostile_values())
@example("price", '"-0"')
@example("price", '" 1"')
@example("price", '"1_0"')
@example("price", '"٣"')
@example("price", "-999999999.999999999")
@example("recipient", '" + 46 "')
@example("currency", '"\u017fek"')
@example("created", '"2026-03-01T10:00:00+23:59"')
def test_a_field_of_any_kind_is_read_alike(name: str, raw: str) -> None:
    assert_both_agree(body(**{name: raw}))


@given(hostile_bodies())
def test_any_body_is_read_alike(raw: bytes) -> None:
    assert_both_agree(raw)

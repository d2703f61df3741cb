"""Of a huge body only a part is kept, which reads as the same report."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.ip1_parser import MAX_ID_LENGTH, parse
from kvitto.core.kept_body import MOST_BESIDES_BYTES, kept_body
from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import DeliveryReport

REPORT: dict[str, Any] = {
    "batchId": "b1",
    "messageId": "m1",
    "code": 201,
    "recipient": "+46701234567",
    "duration": 1,
    "created": "2026-03-01T10:00:00Z",
    "segments": 2,
    "price": 0.082,
    "currency": "EUR",
    "reference": "Höstrea",
}
LONGEST = "\U0001f600" * (MAX_ID_LENGTH // 2)
ALL_LONG = {
    **REPORT,
    **dict.fromkeys(("messageId", "batchId", "recipient", "reference", "id"), LONGEST * 2),
}
HUGE = 60_000


def body_of(**more: object) -> bytes:
    return json.dumps({**REPORT, **more}, ensure_ascii=False).encode()


def spelled(name: str, raw: str) -> bytes:
    """Return a body in which a field is written as `raw`."""
    rest = {one: value for one, value in REPORT.items() if one != name}
    return f'{{"{name}": {raw}, {json.dumps(rest)[1:]}'.encode()


def assert_reads_the_same(body: bytes) -> bytes:
    report = parse(body)
    kept = kept_body(body, report)
    again = parse(kept)
    assert again == report
    assert again.left_out == report.left_out
    assert kept_body(kept, again) is kept
    fields = msgspec.json.decode(kept, type=dict[str, msgspec.Raw])
    read = sum(len(bytes(value)) for name, value in fields.items() if name in {*REPORT, "id"})
    assert len(kept) - read <= MOST_BESIDES_BYTES
    return kept


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(REPORT).encode(),
        body_of(more="x" * 3_700),
        json.dumps(ALL_LONG).encode(),  # many bytes, but all of them fields
        json.dumps(ALL_LONG, indent=2).encode(),
    ],
)
def test_a_body_of_fields_and_little_else_is_kept_as_it_is(body: bytes) -> None:
    assert kept_body(body, parse(body)) is body


@pytest.mark.parametrize(
    "body",
    [
        body_of(more="x" * HUGE),
        body_of(more='"\\\n' * (HUGE // 6)),
        body_of(more=["å" * 100] * 250),
        body_of(**{f"field{n}": n for n in range(4_000)}),
        body_of(**{"n" * HUGE: 1}),
        body_of(**{f"{n}" * 500: n for n in range(60)}),
        body_of(reference="r" * HUGE),
        body_of(
            **{name: "9" * 6_000 for name in REPORT if name not in {"messageId", "batchId", "code"}}
        ),
        json.dumps({**ALL_LONG, "more": "x" * 30_000}).encode(),
        b" " * HUGE + json.dumps(REPORT).encode(),
        b"\xef\xbb\xbf" + body_of(more="x" * HUGE),
        json.dumps({**REPORT, "more": {"a" * 20_000: [1] * 9_000}}, indent=1).encode(),
        spelled("price", "0.082" + "0" * HUGE),
        spelled("code", '"' + " " * HUGE + '201"'),
        spelled("segments", '" 2' + " " * HUGE + '"'),
        spelled("reference", '"\\ud83d"') + b" " * HUGE,  # half an emoji
        spelled("more", 'NaN, "other": "' + "x" * HUGE + '"'),
        spelled("recipient", '"++46"') + b" " * HUGE,
    ],
)
def test_of_a_huge_body_a_part_is_kept_that_reads_the_same(body: bytes) -> None:
    kept = assert_reads_the_same(body)
    assert len(kept) < len(body) / 2


def test_a_value_that_is_cut_says_so() -> None:
    kept = json.loads(assert_reads_the_same(body_of(more="x" * HUGE, few=[1])))
    assert kept["few"] == [1]
    assert kept["more"]["bytes"] == HUGE + 2
    assert kept["more"]["cut"].startswith('"xxx')


def test_what_came_in_another_charset_is_kept_as_json() -> None:
    report = parse(body_of())
    kept = kept_body(body_of(more="ö" * 20_000).decode().encode("latin-1"), report)
    assert parse(kept) == report
    assert len(kept) <= MOST_BESIDES_BYTES


@given(
    st.dictionaries(st.text(max_size=80), st.text(max_size=9_000) | st.integers(), max_size=30),
    st.sampled_from(sorted({*REPORT, "id"})),
    st.text(max_size=300) | st.integers() | st.floats() | st.lists(st.integers(), max_size=3),
)
def test_whatever_is_in_a_body(others: dict[str, Any], name: str, value: object) -> None:
    body = json.dumps({**REPORT, **others, "more": "x" * 5_000, name: value}).encode()
    try:
        parse(body)
    except RejectedBodyError:
        return
    assert_reads_the_same(body)


def test_a_report_that_its_body_does_not_say_is_kept_with_it() -> None:
    report = DeliveryReport("m2", "b2", -5, price_nano=-1, left_out=("created",))
    kept = kept_body(b'{"a": "' + b"x" * HUGE + b'"}', report)
    assert parse(kept) == report
    assert parse(kept).left_out == ("created",)

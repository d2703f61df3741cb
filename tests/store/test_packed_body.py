"""What is kept of a body is small, and gives it back byte for byte."""

import json
from datetime import UTC
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kvitto.core.ip1_parser import parse
from kvitto.core.report import DeliveryReport
from kvitto.store.packed_body import is_packed, packed, unpacked
from tests.helpers.examples import examples

FIELDS: Final[dict[str, Any]] = {
    "messageId": "5c613848879973045cf39ac4",
    "batchId": "5c613848879973045cf39ac3",
    "recipient": "46701740677",
    "code": 201,
    "duration": 1,
    "created": "2026-01-12T08:00:00.0475402+00:00",
    "segments": 2,
    "price": 0.082,
    "currency": "eur",
    "reference": "Kallelse årsmöte – 45",
}


def dense(fields: dict[str, Any], *, is_ascii: bool = False) -> bytes:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=is_ascii).encode()


def spaced(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
REPORTS: Final = st.builds(
    DeliveryReport,
    message_id=TEXTS | st.from_regex("[0-9a-f]{24}", fullmatch=True),
    batch_id=TEXTS,
    code=st.integers(-(2**31), 2**31),
    final=st.booleans(),
    created=st.none() | st.datetimes(timezones=st.just(UTC)),
    recipient=st.none() | TEXTS,
    segments=st.none() | st.integers(0, 10_000),
    price_nano=st.none() | st.integers(-(10**18), 10**18),
    currency=st.none() | TEXTS,
    reference=st.none() | TEXTS,
)
BODIES: Final = st.one_of(
    st.binary(max_size=6000),
    st.builds(lambda first, rest: bytes([first]) + rest, st.integers(0, 8), st.binary()),
    st.dictionaries(st.sampled_from(sorted(FIELDS)) | TEXTS, st.none() | TEXTS).map(dense),
    st.permutations(sorted(FIELDS)).map(lambda names: spaced({one: FIELDS[one] for one in names})),
)


@given(BODIES, REPORTS, TEXTS)
@examples(300)
def test_any_body_comes_back_byte_for_byte_by_its_rows_own_columns(
    body: bytes, report: DeliveryReport, other: str
) -> None:
    kept = packed(body, report)

    assert unpacked(kept, replace(report, message_id=other, batch_id="")) == body
    # What begins as an earlier version has kept a body as it was can't be kept so itself.
    assert len(kept) <= len(body) + 1 or body.startswith((b"\0\0", b"\0\xfe\xff"))


@given(st.binary(max_size=300), REPORTS)
@examples(100)
def test_whatever_is_kept_is_read_without_an_error(kept: bytes, report: DeliveryReport) -> None:
    assert isinstance(unpacked(kept, report), bytes)


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (dense(FIELDS), 39),
        (spaced(FIELDS), 39),
        (dense({**FIELDS, "created": "2018-10-23T17:43:21Z"}), 33),
        (dense({**FIELDS, "created": "2019-11-01T16:32:18.253"}), 32),
        (dense({**FIELDS, "reference": "plain"}, is_ascii=True).replace(b"+", b"\\u002B"), 45),
        (dense({**FIELDS, "owner": "ip1-4711"}), 65),
        (dense({"id": FIELDS["messageId"], **{k: FIELDS[k] for k in list(FIELDS)[1:]}}), 60),
    ],
)
def test_a_body_as_the_sms_service_writes_it_leaves_little(body: bytes, most: int) -> None:
    kept = packed(body, parse(body))

    assert unpacked(kept, parse(body)) == body
    assert len(kept) <= most


def test_a_body_whose_columns_were_changed_is_lost_and_not_another() -> None:
    for body in (dense(FIELDS), dense({**FIELDS, "owner": 1})):
        report = parse(body)
        kept = packed(body, report)
        assert unpacked(kept, replace(report, code=202)) == b""
        assert unpacked(kept[:1] + bytes(4) + kept[5:], report) == b""
        assert unpacked(kept[:3], report) == b""


def test_a_text_that_was_put_there_by_hand_is_the_body() -> None:
    assert unpacked("{}", parse(dense(FIELDS))) == b"{}"


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-16-be", "utf-32-be"])
@pytest.mark.parametrize("before", ["", " ", "\n", "\ufeff"])
def test_what_an_earlier_version_kept_is_the_body(coding: str, before: str) -> None:
    body = before.encode(coding) + dense(FIELDS).decode().encode(coding)
    report = parse(dense(FIELDS))
    assert unpacked(body, report) == body
    assert not is_packed(body)
    assert unpacked(packed(body, report), report) == body


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"\0{", b"\0\0{", b"\0\0\0{", b"\0\xfe\xff", b"\4", b"{"]
)
def test_what_begins_as_a_mark_comes_back(body: bytes) -> None:
    report = parse(dense(FIELDS))
    assert unpacked(packed(body, report), report) == body


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (
            dense(FIELDS),
            "0121eef3298c5c613848879973045cf39ac48c5c613848879973045cf39ac330322b30303a3030",
        ),
        (
            dense({**FIELDS, "owner": "x"}),
            "03aa15fec88c5c613848879973045cf39ac48c5c613848879973045cf39ac3ab1efc1e3730d206"
            "07034d02404729bf3c2fb5081848154ab500",
        ),
    ],
)
def test_what_was_kept_once_is_read_for_good(body: bytes, kept: str) -> None:
    """Never change what is expected here: there are stores that have it."""
    assert unpacked(bytes.fromhex(kept), parse(body)) == body

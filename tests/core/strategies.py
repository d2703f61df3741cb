"""Hypothesis strategies for reports, their arrival and their bodies.

Values are drawn from small pools, so that what matters happens often: the same message again, the
same time twice, a report after the final one, absent fields, several batches and currencies.
`any_report` draws from all that the bounds allow instead: for what must survive being stored.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kvitto.core.ip1_parser import MAX_ABS_CODE, MAX_ID_LENGTH, MAX_SEGMENTS, PRICE_LIMIT
from kvitto.core.money import NANO, amount_of
from kvitto.core.report import EARLIEST_CREATED, DeliveryReport
from kvitto.core.state import ReceivedReport

T = TypeVar("T")

START: Final = datetime(2026, 3, 1, 9, 59, 58, tzinfo=UTC)
"""Close to a minute's end, so that the pools of times lie on both sides of it."""

BATCHES: Final = ("batch-a", "batch-b")
MESSAGES: Final = ("message-1", "message-2", "message-3")
CODES: Final = (101, 102, 103, 104, 112, 113, 201, 202, 203, 403, 511, 299, 150, 42, -1)
CURRENCIES: Final = ("EUR", "SEK", None)
PRICES_NANO: Final = (0, 82_000_000, 164_000_000, -82_000_000, 1, -1, 10**18 - 1)
UNREADABLE_TIMES: Final = (
    "ISO-8601 string",
    "",
    "0",
    "yesterday",
    "2018-13-45T99:99:99Z",
    "2018-10-23T17:43:21 CET",
    "1540316601",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
)


def _or_none(values: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | values


# --- Reports ------------------------------------------------------------------------------------


def times() -> SearchStrategy[datetime]:
    """Draw times within some three minutes, at few instants: ties are common."""
    return st.sampled_from((0, 0, 1, 2, 3, 61, 62, 125)).map(
        lambda seconds: START + timedelta(seconds=seconds)
    )


def reports(
    *,
    batches: Sequence[str] = BATCHES,
    messages: Sequence[str] = MESSAGES,
    created: SearchStrategy[datetime | None] | None = None,
) -> SearchStrategy[DeliveryReport]:
    """Draw reports about a few messages; `created` is absent in some unless it is given."""
    return st.builds(
        DeliveryReport,
        message_id=st.sampled_from(messages),
        batch_id=st.sampled_from(batches),
        code=st.sampled_from(CODES),
        final=st.booleans(),
        created=_or_none(times()) if created is None else created,
        recipient=st.sampled_from((None, "46700000001", "46700000002")),
        segments=st.sampled_from((None, 0, 1, 2, MAX_SEGMENTS)),
        price_nano=_or_none(st.sampled_from(PRICES_NANO)),
        currency=st.sampled_from(CURRENCIES),
        reference=st.sampled_from((None, "spring", "autumn")),
    )


def any_report() -> SearchStrategy[DeliveryReport]:
    """Draw reports from everything that the bounds allow."""
    ids = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        min_size=1,
        max_size=MAX_ID_LENGTH,
    ).filter(str.strip)
    limit = PRICE_LIMIT * NANO - 1
    return st.builds(
        DeliveryReport,
        message_id=ids,
        batch_id=ids,
        code=st.integers(-MAX_ABS_CODE, MAX_ABS_CODE),
        final=st.booleans(),
        created=_or_none(
            st.datetimes(
                EARLIEST_CREATED.replace(tzinfo=None),
                START.replace(tzinfo=None),
                timezones=st.just(UTC),
            )
        ),
        recipient=_or_none(ids.filter(lambda text: text == text.strip().removeprefix("+"))),
        segments=_or_none(st.integers(0, MAX_SEGMENTS)),
        price_nano=_or_none(st.integers(-limit, limit)),
        currency=_or_none(st.from_regex("[A-Z]{3}", fullmatch=True)),
        reference=_or_none(ids),
    )


# --- Arrival ------------------------------------------------------------------------------------


def received(reports_in_order: Iterable[DeliveryReport]) -> list[ReceivedReport]:
    """Give reports their numbers, in the order of their arrival, half a second apart."""
    return [
        ReceivedReport(report, sequence, START + timedelta(milliseconds=500 * sequence))
        for sequence, report in enumerate(reports_in_order, start=1)
    ]


def streams(
    one: SearchStrategy[DeliveryReport] | None = None, *, max_size: int = 24
) -> SearchStrategy[list[DeliveryReport]]:
    """Draw what the SMS service posts, in its order of arrival, with repetitions among it."""
    return st.lists(reports() if one is None else one, max_size=max_size).flatmap(
        lambda posted: _mixed(posted, posted)
    )


def distinct(reports_in_order: Iterable[DeliveryReport]) -> list[DeliveryReport]:
    """Return the first copy of each report, in order."""
    return list(dict.fromkeys(reports_in_order))


def arrivals(
    one: SearchStrategy[DeliveryReport] | None = None, *, max_size: int = 24
) -> SearchStrategy[list[ReceivedReport]]:
    """Draw distinct reports in their order of arrival."""
    drawn = st.lists(reports() if one is None else one, max_size=max_size)
    return drawn.map(lambda posted: received(distinct(posted)))


def reordered(items: Sequence[T]) -> SearchStrategy[list[T]]:
    """Draw all `items`, each at least once, in any order and with any repetition."""
    return _mixed(items, items)


def _mixed(items: Sequence[T], repeats: Sequence[T]) -> SearchStrategy[list[T]]:
    if not items:
        return st.just([])
    return st.lists(st.sampled_from(repeats), max_size=6).flatmap(
        lambda more: st.permutations([*items, *more])
    )


# --- Bodies -------------------------------------------------------------------------------------


def spellings(report: DeliveryReport) -> SearchStrategy[bytes]:
    """Draw bodies that all say `report`, in the ways that the service's documentation allows for.

    Fields in any order, numbers as texts, ids as numbers where they are some, absent fields as
    null or empty, fields that nobody knows, white space and a byte order mark.
    """
    fields = st.fixed_dictionaries(_field_spellings(report))
    unknown = st.dictionaries(
        st.sampled_from(("owner", "mcc", "Code", "x")),
        st.sampled_from(('"ip1-1"', "null", "[1,2]", '{"code": 1}', "1e400", '"\\ud83d"')),
        max_size=2,
    )
    pairs = st.tuples(fields, unknown).flatmap(
        lambda drawn: st.permutations([*drawn[0].items(), *drawn[1].items()])
    )
    return st.builds(_joined, pairs, st.sampled_from((b"", b"\xef\xbb\xbf")))


def _joined(pairs: list[tuple[str, str | None]], bom: bytes) -> bytes:
    text = " ,\n".join(f'"{name}":\t{raw}' for name, raw in pairs if raw is not None)
    return bom + f" {{{text} }}\r\n".encode()


def _field_spellings(report: DeliveryReport) -> dict[str, SearchStrategy[str | None]]:
    price = None if report.price_nano is None else amount_of(report.price_nano)
    currency = report.currency
    return {
        "messageId": _id_spellings(report.message_id),
        "batchId": _id_spellings(report.batch_id),
        "code": _number_spellings(report.code),
        "duration": _final_spellings(final=report.final),
        "created": _time_spellings(report.created),
        "recipient": _absent() if report.recipient is None else _id_spellings(report.recipient),
        "segments": _absent() if report.segments is None else _number_spellings(report.segments),
        "price": _absent() if price is None else _number_spellings(price),
        "currency": _absent()
        if currency is None
        else st.sampled_from((currency, currency.lower(), currency.title(), f" {currency}\t")).map(
            json.dumps
        ),
        "reference": _absent() if report.reference is None else _id_spellings(report.reference),
    }


def _absent() -> SearchStrategy[str | None]:
    return st.sampled_from((None, "null", '""'))


def _id_spellings(text: str) -> SearchStrategy[str | None]:
    ways = [json.dumps(text), json.dumps(text, ensure_ascii=False)]
    if text.isascii() and text.isdigit() and str(int(text)) == text:
        ways.append(text)
    return st.sampled_from(ways)


def _number_spellings(number: int | Decimal) -> SearchStrategy[str | None]:
    plain = f"{number:f}" if isinstance(number, Decimal) else str(number)
    point = plain if "." in plain else f"{plain}.0"
    scaled = f"{Decimal(number):e}"
    return st.sampled_from(
        (
            plain,
            f"{point}00",
            scaled,
            f'"{plain}"',
            f'" {point} "',
            f'"{scaled}"',
            f'"{point.replace(".", ",")}"',
        )
    )


def _final_spellings(*, final: bool) -> SearchStrategy[str | None]:
    if final:
        return st.sampled_from(("1", "1.0", "true", '"1"', '"true"', '"True"'))
    return st.sampled_from(("0", "0.0", "false", '"0"', '"false"', "null", '""', None))


def _time_spellings(instant: datetime | None) -> SearchStrategy[str | None]:
    if instant is None:
        return st.sampled_from(
            (None, "null", "17", "true", "[]", *map(json.dumps, UNREADABLE_TIMES))
        )
    naive = instant.replace(tzinfo=None)
    ways = [f"{naive.isoformat()}Z", naive.isoformat(), f"{naive.isoformat()}+00:00"]
    ways.append(f"{naive.isoformat(timespec='microseconds')}9+00:00")
    if datetime(2, 1, 1, tzinfo=UTC) < instant < datetime(9998, 1, 1, tzinfo=UTC):
        ways.append(f"{(naive + timedelta(hours=2)).isoformat()}+02:00")
        ways.append(f"{(naive - timedelta(hours=9, minutes=30)).isoformat()}-09:30")
    return st.sampled_from(ways).map(json.dumps)


def changed_fields(report: DeliveryReport) -> SearchStrategy[DeliveryReport]:
    """Draw reports that differ from `report` in exactly one field."""

    def changed(name: str, other: DeliveryReport) -> DeliveryReport:
        return msgspec.structs.replace(report, **{name: getattr(other, name)})

    names = st.sampled_from([one for one in DeliveryReport.__struct_fields__ if one != "left_out"])
    return st.builds(changed, names, any_report() | reports()).filter(lambda one: one != report)

"""What the books' answers say: an allow-list of fields, each item read on its own.

A page with one bad item still gives the others. A message's text, sender and owner are never taken
out of an answer. Each status of a message is read by the parser of delivery reports, with the same
leniency: what is stored of it is JSON of that form.
"""

from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import msgspec
from typing_extensions import override

from kvitto.books.bad_items import BadItem, BadItemError, bad_field, bad_item
from kvitto.books.json_fields import (
    BROKEN_JSON,
    CURRENCIES,
    ShapeError,
    ShapeLog,
    amount_nano_of,
    currency_in,
    decoded,
    nested_of,
    object_in,
    raw_of,
    summary_in,
    text_of,
    value_of,
)
from kvitto.core.ip1_fast_path import instant_in
from kvitto.core.ip1_parser import parse
from kvitto.core.money import amount_of
from kvitto.core.rejection import ReasonCode, RejectedBodyError
from kvitto.core.report import DeliveryReport, bounded
from kvitto.core.timestamps import to_microseconds

T = TypeVar("T")

_OF_MESSAGE: Final = """
    id messageId batchId owner sender recipient body direction segments type datacoding priority
    price currency statuses modified reference mcc mnc
"""
_OF_BATCH: Final = """
    id owner sender body direction type datacoding priority templated deliveryWindows status
    deliveryReportUrl reference tags priceSummary messageSummary
"""
_MESSAGE_FIELDS: Final = frozenset(_OF_MESSAGE.split())
_BATCH_FIELDS: Final = frozenset(_OF_BATCH.split())
_ACCOUNT_FIELDS: Final = frozenset(["Account", "Organization", "Type", "Balance", "Currency"])
_KEPT: Final = ("recipient", "reference", "mcc", "mnc", "type", "datacoding", "priority")
"""What is kept of a message beside its ids, with each of its statuses."""
_KEPT_OF_NEWEST: Final = ("segments", "price", "currency")
"""What is kept with its newest status alone: it is the message's, and may have been another."""
_MOST_STATUSES: Final = 200
_MOST_TAGS: Final = 50
_LONGEST_BODY: Final = 8192

_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class Account(msgspec.Struct, frozen=True):
    """Whose key it is.

    Attributes:
        account: the account's id, such as "ip1-12345".
        organization: its name.
        balance_nano: what is left, in nano-units of `currency`; may be negative. None if unknown.
        currency: three letters; "" if unknown.
    """

    account: str
    organization: str
    balance_nano: int | None
    currency: str


class BooksBatch(msgspec.Struct, frozen=True):
    """A batch as the books have it.

    Attributes:
        batch_id: its id.
        callback_url: where its reports go; may hold one of our keys, so its `repr` leaves it out.
        sender: what its messages are sent from.
        reference: the client's own id.
        tags: the client's own tags.
        messages: how many messages it has; None where the answer does not say.
        segments: how many SMS parts they have; None likewise.
        total_nano: the SMS service's sum; None likewise. Whether refunds are in it is unknown.
        currency: the currency of that; "" if unknown.
        text: its text, before anything was filled in; a `repr` leaves it out.
        opens: when it may be sent at the earliest, UTC; None where the answer does not say.
        sums: its sums as they were written, to be compared with a later answer; b"" for none.
    """

    batch_id: str
    callback_url: str = ""
    sender: str = ""
    reference: str = ""
    tags: tuple[str, ...] = ()
    messages: int | None = None
    segments: int | None = None
    total_nano: int | None = None
    currency: str = ""
    text: str = ""
    opens: datetime | None = None
    sums: bytes = b""

    @override
    def __repr__(self) -> str:
        """Return a text without the URL and its own."""
        return f"Batch({self.batch_id!r}, messages={self.messages})"


class BooksStatus(msgspec.Struct, frozen=True):
    """One status of a message.

    Attributes:
        report: what it says, as a delivery report would; it always has a time.
        extra: the fields that are kept beside, by name.
    """

    report: DeliveryReport
    extra: tuple[tuple[str, Any], ...] = ()

    def body(self, report: DeliveryReport) -> bytes:
        """Return JSON of which the parser of reports reads `report`, with the extra fields.

        Args:
            report: this status, perhaps with another time, or without its price.
        """
        assert report.created is not None
        recipient = report.recipient
        if recipient is not None and recipient.strip().removeprefix("+") != recipient:
            # A plus at the beginning, and white space around, are not read as part of it.
            recipient = f"+{recipient}"
        fields = {
            "messageId": report.message_id,
            "batchId": report.batch_id,
            "code": report.code,
            "duration": int(report.final),
            "created": report.created.isoformat().replace("+00:00", "Z"),
            "recipient": recipient,
            "segments": report.segments,
            "price": None if report.price_nano is None else amount_of(report.price_nano),
            "currency": report.currency,
            "reference": report.reference,
        }
        told = {name: value for name, value in fields.items() if value is not None}
        return _ENCODER.encode(told | dict(self.extra))


class Message(msgspec.Struct, frozen=True):
    """A message as the books have it.

    Attributes:
        message_id: its id.
        statuses: its statuses, the newest last: by (final, time, place in the answer).
        mcc, mnc: the operator's country and network; "" if unknown.
    """

    message_id: str
    statuses: tuple[BooksStatus, ...]
    mcc: str = ""
    mnc: str = ""


class BooksListPage(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list.

    Attributes:
        items: what could be read, in order.
        keys: what tells the items from each other, bad ones among them, in order.
        bad: what could not be read.
        has_next: whether the answer names a next page; None where it says nothing.
    """

    items: tuple[T, ...]
    keys: tuple[str, ...]
    bad: tuple[BadItem, ...] = ()
    has_next: bool | None = None


# --- Answers ------------------------------------------------------------------------------------


def account_in(body: bytes, shapes: ShapeLog) -> Account:
    """Return the account in an answer.

    Raises:
        ShapeError: there is none.
    """
    fields = object_in(body)
    shapes.note("account", fields, _ACCOUNT_FIELDS)
    account = text_of(fields, "Account")
    if not account:
        raise ShapeError("It is not an account: there is no Account.")
    currency = currency_in(text_of(fields, "Currency"))
    balance = amount_nano_of(fields, "Balance")
    return Account(account, text_of(fields, "Organization"), balance, currency)


def batches_in(body: bytes, shapes: ShapeLog) -> BooksListPage[BooksBatch]:
    """Return a page of batches in an answer.

    Raises:
        ShapeError: it is not a list.
    """
    return _page(body, lambda item: _batch(item, shapes), lambda batch: batch.batch_id)


def batch_in(body: bytes, batch_id: str, shapes: ShapeLog) -> BooksBatch:
    """Return the batch in an answer.

    Raises:
        ShapeError: there is none, or it is not `batch_id`.
    """
    batch = _batch(object_in(body), shapes)
    if batch.batch_id != batch_id:
        raise ShapeError("It is another batch.")
    return batch


def messages_in(
    body: bytes, batch_id: str, now: datetime, shapes: ShapeLog
) -> BooksListPage[Message]:
    """Return a page of messages in an answer.

    Args:
        body: the answer.
        batch_id: the batch that was asked about: a message of another is a bad item.
        now: the time, UTC: no status is from long after it.
        shapes: takes note of unknown fields.

    Raises:
        ShapeError: it is not a list.
    """
    return _page(
        body,
        lambda item: _message(item, batch_id, now, shapes),
        lambda message: message.message_id,
    )


def message_in(body: bytes, batch_id: str, now: datetime, shapes: ShapeLog) -> Message:
    """Return the message in an answer; as `messages_in`.

    Raises:
        ShapeError: there is none that can be read.
    """
    return _message(object_in(body), batch_id, now, shapes)


# --- Items --------------------------------------------------------------------------------------


def _page(body: bytes, read: Any, key_of: Any) -> BooksListPage[Any]:
    try:
        raws = decoded(_ITEMS, body)
    except BROKEN_JSON:
        raise ShapeError("It is not JSON with a list.") from None
    items: list[Any] = []
    keys: list[str] = []
    bad: list[BadItem] = []
    for raw in raws:
        try:
            item = read(object_in(bytes(raw)))
        except ShapeError as error:
            bad.append(bad_item(bytes(raw), error))
            keys.append(bad[-1].key)
        else:
            items.append(item)
            keys.append(key_of(item))
    return BooksListPage(tuple(items), tuple(keys), tuple(bad))


def _batch(fields: dict[str, msgspec.Raw], shapes: ShapeLog) -> BooksBatch:
    shapes.note("batch", fields, _BATCH_FIELDS)
    batch_id = text_of(fields, "id")
    if not batch_id.strip():
        raise bad_field(ReasonCode.FIELD_MISSING, "id")
    tags = value_of(fields, "tags")
    price = nested_of(fields, "priceSummary")
    messages, segments = summary_in(fields)
    return BooksBatch(
        batch_id,
        callback_url=text_of(fields, "deliveryReportUrl", 2048),
        sender=text_of(fields, "sender"),
        reference=text_of(fields, "reference"),
        tags=tuple(one for one in tags[:_MOST_TAGS] if isinstance(one, str) and len(one) <= 64)
        if isinstance(tags, list)
        else (),
        messages=messages,
        segments=segments,
        total_nano=amount_nano_of(price, "total"),
        currency=currency_in(text_of(price, "currency")),
        text=text_of(fields, "body", _LONGEST_BODY).replace("\0", "\N{REPLACEMENT CHARACTER}"),
        opens=_opens(fields),
        sums=raw_of(fields, "messageSummary", "priceSummary"),
    )


def _opens(fields: dict[str, msgspec.Raw]) -> datetime | None:
    """Return when the first of a batch's delivery windows opens."""
    windows = value_of(fields, "deliveryWindows")
    if not isinstance(windows, list):
        return None
    told = [one.get("opens") for one in windows[:_MOST_TAGS] if isinstance(one, dict)]
    found = [instant_in(one) for one in told if isinstance(one, str)]
    return min((one for one in found if one is not None), default=None)


def _message(
    fields: dict[str, msgspec.Raw], batch_id: str, now: datetime, shapes: ShapeLog
) -> Message:
    shapes.note("message", fields, _MESSAGE_FIELDS)
    message_id = text_of(fields, "messageId") or text_of(fields, "id")
    if not message_id.strip():
        raise bad_field(ReasonCode.FIELD_MISSING, "id")
    if text_of(fields, "batchId") not in {"", batch_id}:
        raise bad_field(ReasonCode.ITEM_OF_ANOTHER_BATCH)
    if text_of(fields, "direction") not in {"", "MT"}:
        raise bad_field(ReasonCode.ITEM_NOT_SENT)
    told = value_of(fields, "statuses")
    if not isinstance(told, list):
        if told is not None:
            raise bad_field(ReasonCode.FIELD_UNREADABLE, "statuses")
        told = []
    if len(told) > _MOST_STATUSES:
        raise bad_field(ReasonCode.FIELD_OUT_OF_BOUNDS, "statuses")
    shared = {name: value_of(fields, name) for name in (*_KEPT, *_KEPT_OF_NEWEST)}
    if isinstance(currency := shared["currency"], str):
        shared["currency"] = CURRENCIES.get(currency.strip().lower(), currency)
    ids = {"messageId": message_id, "batchId": batch_id}
    parts = [_status(one, shared | ids, now) for one in told]
    parts.sort(key=_order)
    extra = tuple(
        (name, shared[name])
        for name in ("mcc", "mnc", "type", "datacoding", "priority")
        if isinstance(shared[name], str | int) and len(str(shared[name])) <= 64
    )
    statuses = [
        BooksStatus(report if report is parts[-1] else _without_price(report), extra)
        for report in parts
    ]
    of_operator = [str(dict(extra).get(name, "")) for name in ("mcc", "mnc")]
    return Message(message_id, tuple(statuses), *of_operator)


def _status(told: Any, shared: dict[str, Any], now: datetime) -> DeliveryReport:
    """Return a status of a message as the report that it would have been."""
    if not isinstance(told, dict):
        raise bad_field(ReasonCode.FIELD_UNREADABLE, "statuses")
    own = {name: told.get(name) for name in ("code", "duration", "created")}
    try:
        report = bounded(parse(_ENCODER.encode(shared | own)), now)
    except RejectedBodyError as error:
        raise BadItemError(error.reason) from None
    if report.created is None:
        raise bad_field(ReasonCode.FIELD_UNREADABLE, "created")
    return msgspec.structs.replace(report, left_out=())


def _order(report: DeliveryReport) -> tuple[bool, int]:
    assert report.created is not None
    return report.final, to_microseconds(report.created)


def _without_price(report: DeliveryReport) -> DeliveryReport:
    return msgspec.structs.replace(report, segments=None, price_nano=None, currency=None)

"""From a report to the body that says it: exactly as documented, or in one of the odd ways.

Whatever the spelling, a lenient reader finds the same report in it (protocol, "Fields").
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from app.core.money import amount_of
from app.core.report import DeliveryReport
from app.simulator.disturbances import Disturbances
from app.simulator.plan import happens

_ENCODER: Final = msgspec.json.Encoder()
_BOM: Final = b"\xef\xbb\xbf"
_ABSENT: Final = object()
_SWEDISH_SUMMER: Final = timezone(timedelta(hours=2))
_UNREADABLE: Final = (
    "ISO-8601 string", "yesterday", "1540316601", "2018-13-45T99:99:99Z", 1540316601, "23/10/2018",
)  # fmt: skip
_UNKNOWN_FIELDS: Final[tuple[tuple[str, object], ...]] = (
    ("owner", "ip1-4711"),
    ("mcc", 240),
    ("operator", {"name": "Fjäll & Hav Mobil", "mnc": "07"}),
    ("tags", ["vår", None, 1.5]),
    ("Code", 999),
    ("statusText", "Levererat till luren 📱"),
)
_PRECISE_US: Final = 1_000


def body_of(report: DeliveryReport, draw: Random, disturbances: Disturbances) -> bytes:
    """Return a body that says `report`.

    Args:
        report: what is said. Where a field is None, it is absent, null, empty or unreadable.
        draw: the message's own chance.
        disturbances: which odd ways are taken, and how often. Without any, the fields are those
            of the documentation, in its order, types and spelling.
    """
    fields: dict[str, object] = {
        "messageId": report.message_id,
        "batchId": report.batch_id,
        "recipient": _maybe(report.recipient, draw),
        "code": report.code,
        "duration": 1 if report.final else 0,
        "created": _created(report.created, draw, disturbances.time_forms),
        "segments": _maybe(report.segments, draw),
        "price": _price(report.price_nano, draw),
        "currency": _maybe(None if report.currency is None else report.currency.lower(), draw),
        "reference": _maybe(report.reference, draw),
    }
    if happens(draw, disturbances.text_numbers):
        _mix_types(fields, draw)
    if happens(draw, disturbances.unknown_fields):
        count = 1 + int(draw.random() * 3)
        start = int(draw.random() * len(_UNKNOWN_FIELDS))
        fields |= dict((_UNKNOWN_FIELDS * 2)[start : start + count])
    if happens(draw, disturbances.id_field):
        fields = {"id": fields.pop("messageId"), **fields}
    present = {name: value for name, value in fields.items() if value is not _ABSENT}
    if happens(draw, disturbances.odd_json):
        return _odd_json(present, draw)
    return _ENCODER.encode(present)


def _absence(draw: Random) -> object:
    return (_ABSENT, _ABSENT, None, "")[int(draw.random() * 4)]


def _maybe(value: object, draw: Random) -> object:
    return _absence(draw) if value is None else value


# --- Times --------------------------------------------------------------------------------------


def clipped(created: datetime, draw: Random, share: float) -> datetime:
    """Return a time as some form of it can say it: the sender cuts decimals off."""
    if not happens(draw, share):
        return created
    form = int(draw.random() * 3)
    if form == 0:
        return created.replace(microsecond=0)
    if form == 1:
        return created.replace(microsecond=created.microsecond // _PRECISE_US * _PRECISE_US)
    return created


def _created(created: datetime | None, draw: Random, share: float) -> object:
    """Spell a time: seven decimals and a zone, or any other form that can say it exactly."""
    if created is None:
        if share and draw.random() < 0.5:
            return _UNREADABLE[int(draw.random() * len(_UNREADABLE))]
        return _absence(draw)
    naive = created.replace(tzinfo=None)
    if not happens(draw, share):
        return f"{naive.isoformat(timespec='microseconds')}{int(draw.random() * 10)}+00:00"
    forms = [
        f"{naive.isoformat(timespec='microseconds')}",
        f"{naive.isoformat(timespec='microseconds')}Z",
        created.astimezone(_SWEDISH_SUMMER).isoformat(timespec="microseconds"),
        f"{created.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}",
    ]
    if created.microsecond % _PRECISE_US == 0:
        forms = [naive.isoformat(timespec="milliseconds"), *forms[2:]]
        forms.append(f"{forms[0]}Z")
    if created.microsecond == 0:
        forms = [f"{naive.isoformat()}Z", naive.isoformat(), *forms]
    return forms[int(draw.random() * len(forms))]


# --- Numbers ------------------------------------------------------------------------------------


def _price(nano: int | None, draw: Random) -> object:
    if nano is None:
        return _absence(draw)
    return msgspec.Raw(f"{amount_of(nano):f}".encode("ascii"))


def _mix_types(fields: dict[str, object], draw: Random) -> None:
    """Turn some numbers into texts, and some texts and numbers into numbers of another kind."""
    code, segments, price = fields["code"], fields["segments"], fields["price"]
    if draw.random() < 0.6:
        fields["code"] = str(code)
    elif draw.random() < 0.3:
        fields["code"] = msgspec.Raw(f"{code}.0".encode("ascii"))
    if isinstance(segments, int) and draw.random() < 0.6:
        fields["segments"] = str(segments)
    if isinstance(price, msgspec.Raw):
        plain = bytes(price).decode("ascii")
        noisy = _noisy(plain)
        fields["price"] = (
            plain,
            msgspec.Raw(f"{plain}{'' if '.' in plain else '.'}000".encode("ascii")),
            msgspec.Raw(noisy.encode("ascii")),
            noisy,
        )[int(draw.random() * 4)]
    is_final = fields["duration"] == 1
    fields["duration"] = (int(is_final), is_final, str(int(is_final)), str(is_final).lower())[
        int(draw.random() * 4)
    ]
    recipient = fields["recipient"]
    if isinstance(recipient, str) and recipient:
        ways = (recipient, int(recipient), f"+{recipient}")
        fields["recipient"] = ways[int(draw.random() * 3)]


def _noisy(price: str) -> str:
    """Return a price as a binary float leaves it: 0.3 becomes 0.30000000000000004."""
    return f"{Decimal(price):.16f}4"


# --- JSON ---------------------------------------------------------------------------------------


def _odd_json(fields: dict[str, object], draw: Random) -> bytes:
    """Write JSON in another order, with white space, with escapes, or with a byte order mark."""
    names = list(fields)
    if draw.random() < 0.5:
        for place in range(len(names) - 1, 0, -1):
            other = int(draw.random() * (place + 1))
            names[place], names[other] = names[other], names[place]
    is_escaped = draw.random() < 0.6
    space = ("", " ", "\r\n  ")[int(draw.random() * 3)]
    parts = [f'"{name}":{space}{_json(fields[name], is_escaped=is_escaped)}' for name in names]
    text = f"{{{space}{f',{space}'.join(parts)}{space}}}"
    return (_BOM if draw.random() < 0.3 else b"") + text.encode("utf-8")


def _json(value: object, *, is_escaped: bool) -> str:
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode("ascii")
    return json.dumps(value, ensure_ascii=is_escaped)

"""From a report to the body that says it: exactly as documented, or in one of the odd ways.

Whatever the spelling, a lenient reader finds the same report in it (protocol, "Fields").
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from kvitto.core.money import amount_of
from kvitto.core.report import DeliveryReport
from kvitto.simulator.fault_injection import FaultInjection
from kvitto.simulator.plan import happens

_ENCODER: Final = msgspec.json.Encoder()
_BOM: Final = b"\xef\xbb\xbf"
_ABSENT: Final = object()
_SWEDISH_SUMMER: Final = timezone(timedelta(hours=2))
_UNREADABLE: Final = (
    "ISO-8601 string", "yesterday", "1540316601", "2018-13-45T99:99:99Z", 1540316601, "23/10/2018",
    "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
)  # fmt: skip
_LONG: Final = 257
_HUGE: Final = msgspec.Raw(b"1e400")
_UNREADABLE_FIELDS: Final[dict[str, tuple[object, ...]]] = {
    "recipient": (["456189040623"], True, {"msisdn": 456189040623}, "4" * 300),
    "duration": ("permanent", 2, -1, [1], _HUGE),
    "created": _UNREADABLE,
    "segments": ("two", 2.5, -1, 10_001, True, _HUGE),
    "price": ("free", "0.082 EUR", True, {"amount": 0.082}, 10**9, _HUGE),
    "currency": ("€", "euros", 978, ["eur"]),
    "reference": ({"id": 17}, False, 1.5, "x" * 300),
}
"""For each field, what it can't be."""
_UNKNOWN_FIELDS: Final[tuple[tuple[str, object], ...]] = (
    ("owner", "ip1-4711"),
    ("mcc", 240),
    ("operator", {"name": "Fjäll & Hav Mobil", "mnc": "07"}),
    ("tags", ["vår", None, 1.5]),
    ("Code", 999),
    ("statusText", "Levererat till luren 📱"),
)
_UNREADABLE_DURATION: Final = 0.1
_PRECISE_US: Final = 1_000


def body_of(report: DeliveryReport, draw: Random, disturbances: FaultInjection) -> bytes:
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
        "recipient": report.recipient,
        "code": report.code,
        "duration": 1 if report.final else 0,
        "created": _created(report.created, draw, disturbances.time_forms),
        "segments": report.segments,
        "price": _price(report.price_nano),
        "currency": None if report.currency is None else report.currency.lower(),
        "reference": report.reference,
    }
    _spell_missing(fields, draw, disturbances.unreadable_fields)
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


def _spell_missing(fields: dict[str, object], draw: Random, unreadable: float) -> None:
    """Say what a report does not: absent, null, empty, or something that can't be read."""
    for name, ways in _UNREADABLE_FIELDS.items():
        is_missing = fields[name] is None or (name == "duration" and not fields[name])
        if is_missing and happens(draw, unreadable):
            # Most reports are not final: few of them say that in such a way.
            if name != "duration" or draw.random() < _UNREADABLE_DURATION:
                fields[name] = ways[int(draw.random() * len(ways))]
        elif fields[name] is None:
            fields[name] = _absence(draw)


# --- Times --------------------------------------------------------------------------------------


def clipped(created: datetime, draw: Random, share: float) -> datetime:
    """Return a time as some form of it can say it: the SMS service cuts decimals off."""
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


def _price(nano: int | None) -> object:
    if nano is None:
        return None
    return msgspec.Raw(f"{amount_of(nano):f}".encode("ascii"))


def _mix_types(fields: dict[str, object], draw: Random) -> None:
    """Turn some numbers into texts, and some texts and numbers into numbers of another kind."""
    code, segments, price = fields["code"], fields["segments"], fields["price"]
    if draw.random() < 0.6:
        fields["code"] = str(code)
    elif draw.random() < 0.3:
        fields["code"] = msgspec.Raw(f"{code}.0".encode("ascii"))
    if type(segments) is int and draw.random() < 0.6:
        fields["segments"] = str(segments)
    if isinstance(price, msgspec.Raw) and price is not _HUGE:
        plain = bytes(price).decode("ascii")
        noisy = _noisy(plain)
        fields["price"] = (
            plain,
            msgspec.Raw(f"{plain}{'' if '.' in plain else '.'}000".encode("ascii")),
            msgspec.Raw(noisy.encode("ascii")),
            noisy,
        )[int(draw.random() * 4)]
    if isinstance(fields["duration"], int) and fields["duration"] in (0, 1):
        is_final = fields["duration"] == 1
        fields["duration"] = (int(is_final), is_final, str(int(is_final)), str(is_final).lower())[
            int(draw.random() * 4)
        ]
    recipient = fields["recipient"]
    if isinstance(recipient, str) and 0 < len(recipient) < _LONG:
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

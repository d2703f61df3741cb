"""Bodies that come to the callback URL and are no delivery reports, with what they are answered.

Source: protocol, "What we answer" and "Not delivery reports, but may arrive by a wrong setting".
"""

from collections.abc import Callable
from http import HTTPStatus
from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from kvitto.simulator.fault_injection import FaultInjection
from kvitto.simulator.plan import happens, skewed

NOT_JSON: Final = HTTPStatus.BAD_REQUEST.value
NOT_A_REPORT: Final = HTTPStatus.UNPROCESSABLE_ENTITY.value
TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value

_LIMIT: Final = 64 * 1024
_LARGEST: Final = 256 * 1024
_ENCODER: Final = msgspec.json.Encoder()


class InvalidPayload(NamedTuple):
    """A body that is no report, and the status that it must be answered with."""

    body: bytes
    expected: int


def invalid_payload_beside(
    body: bytes, draw: Random, disturbances: FaultInjection
) -> list[InvalidPayload]:
    """Draw what comes beside a report.

    Args:
        body: a body of a report; pieces of it make the junk.
        draw: the message's own chance.
        disturbances: how often there is junk of which kind.
    """
    invalid_payload: list[InvalidPayload] = []
    if happens(draw, disturbances.oversized):
        size = skewed(draw, _LIMIT + 1, _LARGEST)
        filler = b'{"reference":"%b"}'
        invalid_payload.append(
            InvalidPayload(filler % (b"x" * (size - len(filler) + 2)), TOO_LARGE)
        )
    if happens(draw, disturbances.broken):
        invalid_payload.append(_broken(body, draw))
    if happens(draw, disturbances.incoming_sms):
        invalid_payload.append(_neighbour(draw))
    return invalid_payload


def _broken(body: bytes, draw: Random) -> InvalidPayload:
    kinds = (*_UNPARSABLE, *_UNFIT)
    kind = int(draw.random() * len(kinds))
    expected = NOT_JSON if kind < len(_UNPARSABLE) else NOT_A_REPORT
    return InvalidPayload(kinds[kind](body, draw), expected)


# --- Not JSON -----------------------------------------------------------------------------------


def _ends_early(body: bytes, draw: Random) -> bytes:
    return body[: int(draw.random() * (len(body.rstrip()) - 1))]


def _not_text(body: bytes, draw: Random) -> bytes:
    place = int(draw.random() * len(body))
    return b"%b\xff\xfe\x80%b" % (body[:place], body[place:])


def _not_a_number(body: bytes, _draw: Random) -> bytes:
    return b'{"price":nan,"of":%b}' % body.removeprefix(b"\xef\xbb\xbf")


def _form(_body: bytes, draw: Random) -> bytes:
    return f"messageId={int(draw.random() * 2**64):x}&code=201&duration=1".encode("ascii")


def _page(_body: bytes, _draw: Random) -> bytes:
    return "<!doctype html><title>502 Fel på vägen</title>".encode()


def _nothing(_body: bytes, _draw: Random) -> bytes:
    return b""


_UNPARSABLE: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (
    _ends_early,
    _not_text,
    _not_a_number,
    _form,
    _page,
    _nothing,
)


# --- JSON, but not a report ---------------------------------------------------------------------


def _as_written(number: str) -> msgspec.Raw:
    """Keep a number as it is written: a report may hold one that no float can be."""
    return msgspec.Raw(number.encode("ascii"))


_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=_as_written)


def _bundled(body: bytes, _draw: Random) -> bytes:
    return b"[%b]" % body.removeprefix(b"\xef\xbb\xbf")


def _changed(changes: dict[str, object]) -> Callable[[bytes, Random], bytes]:
    def change(body: bytes, _draw: Random) -> bytes:
        plain: dict[str, Any] = _DECODER.decode(body.removeprefix(b"\xef\xbb\xbf"))
        return _ENCODER.encode({**plain, **changes})

    return change


_UNFIT: Final = (
    _bundled,
    _changed({"batchId": None}),
    _changed({"messageId": "", "id": None}),
    _changed({"code": "Delivered"}),
    _changed({"code": None}),
    _changed({"code": True}),
    _changed({"code": "1e9999"}),
    _changed({"batchId": ["b"]}),
    _changed({"messageId": "x" * 257}),
    _changed({"batchId": "å" * 257}),
)


# --- The SMS service's other callbacks ------------------------------------------------------------


def _neighbour(draw: Random) -> InvalidPayload:
    number = int(draw.random() * 2**48)
    if draw.random() < 0.7:
        incoming: dict[str, object] = {
            "id": f"{number:024x}",
            "originator": "46701740605",
            "recipient": "46701740699",
            "body": "Svar: ja tack, jag kommer gärna 👍",
            "direction": 2,
            "segments": 1,
            "statuses": [{"code": 201, "created": "2026-01-12T08:00:00Z"}],
        }
        return InvalidPayload(_ENCODER.encode(incoming), NOT_A_REPORT)
    mail: dict[str, object] = {
        "emailId": f"{number:024x}",
        "recipientAddress": "mottagare@example.com",
        "code": 201,
        "created": "2026-01-12T08:00:00Z",
    }
    return InvalidPayload(_ENCODER.encode(mail), NOT_A_REPORT)

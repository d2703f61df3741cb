"""Keep what was refused: once each, with a count, and only so much of it."""

import logging
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.dialect import ADDED, upsert
from kvitto.store.prepared_statements import Cursor, Prepared, PreparedInsert
from kvitto.store.record_rows import Values
from kvitto.store.records import reason_values
from kvitto.store.schema import quarantine, refused_minute
from kvitto.store.write_requests import RejectedRequest

log = logging.getLogger(__name__)

MAX_TOTAL_BYTES: Final = 256 * 1024 * 1024
"""Room for refused requests and headers. Beyond it they are only counted, so that junk from the
internet can't fill the disk that real reports need."""

_KNOWN: Final = Prepared(select(quarantine.c.digest).where(quarantine.c.digest == bindparam("key")))
_KEEP: Final = PreparedInsert(
    insert(quarantine),
    "digest",
    "kind",
    "reason",
    "reason_values",
    "body",
    "size_bytes",
    "headers",
    "callback_key_pk",
    "first_seen_at_us",
    "last_seen_at_us",
    "request_count",
    "revision",
)
_COUNT: Final = Prepared(
    update(quarantine)
    .where(quarantine.c.digest == bindparam("key"))
    .values(
        request_count=quarantine.c.request_count + bindparam("new_times"),
        last_seen_at_us=bindparam("seen_us"),
        # Bytes that the SMS service posts, too, are no longer the demo's alone.
        callback_key_pk=func.coalesce(bindparam("new_callback_key"), quarantine.c.callback_key_pk),
        revision=bindparam("new_revision"),
    )
)
_COUNT_REQUESTS: Final = PreparedInsert(
    upsert(refused_minute, request_count=ADDED),
    "minute",
    "kind",
    "request_count",
    "acknowledged_count",
    "revision",
)


class QuarantineUsage(msgspec.Struct):
    """How full the quarantine is.

    Attributes:
        size_bytes: the bytes of all bodies and headers in it.
        unkept: how many refused requests were only counted, since it was full.
    """

    size_bytes: int
    unkept: int


def keep(
    cursor: Cursor,
    refused: Sequence[RejectedRequest],
    fill: QuarantineUsage,
    revision: int,
    *,
    max_total_bytes: int = MAX_TOTAL_BYTES,
) -> None:
    """Put `refused` into quarantine; the same bytes again only count up. All are counted by minute.

    Args:
        cursor: in a transaction that holds the write lock.
        refused: what was refused, in order of arrival.
        fill: how full the quarantine is; brought up to date.
        revision: the revision of the rows that are touched.
        max_total_bytes: the room there is.
    """
    unkept = keep_bodies(cursor, refused, fill, revision, max_total_bytes=max_total_bytes)
    if unkept and not fill.unkept:
        log.warning("The quarantine is full; what is refused is only counted")
    fill.unkept += unkept
    _count_requests(cursor, refused, revision)


def keep_bodies(
    cursor: Cursor,
    refused: Sequence[RejectedRequest],
    fill: QuarantineUsage,
    revision: int,
    *,
    max_total_bytes: int = MAX_TOTAL_BYTES,
) -> int:
    """Put bodies into quarantine as `keep` does, and count no requests.

    Returns:
        how many were not kept, for want of room.
    """
    digests = [_digest(one) for one in refused]
    known = {digest for digest in set(digests) if _KNOWN.rows(cursor, {"key": digest})}
    unkept = 0
    new: dict[str, Values] = {}
    again: dict[str, Values] = {}
    for one, digest in zip(refused, digests, strict=True):
        arrived_at_us = to_microseconds(one.arrived)
        if digest in known:
            counted = again.setdefault(
                digest, {"key": digest, "new_times": 0, "new_callback_key": None}
            )
            counted |= {"seen_us": arrived_at_us, "new_revision": revision}
            if one.origin is not Origin.DEMO:
                counted["new_callback_key"] = one.callback_key
            counted["new_times"] += 1
        elif digest in new:
            new[digest]["request_count"] += 1
            new[digest]["last_seen_at_us"] = arrived_at_us
            if one.origin is not Origin.DEMO:
                new[digest]["callback_key_pk"] = one.callback_key
        else:
            headers = msgspec.json.encode(one.headers).decode()
            size_bytes = len(one.body) + len(headers)
            if fill.size_bytes + size_bytes > max_total_bytes:
                unkept += 1
                continue
            fill.size_bytes += size_bytes
            new[digest] = {
                "digest": digest,
                "kind": one.kind.value,
                "reason": one.reason.code,
                "reason_values": reason_values(one.reason),
                "body": one.body,
                "size_bytes": _storable(one.size),
                "headers": headers,
                "callback_key_pk": one.callback_key,
                "first_seen_at_us": arrived_at_us,
                "last_seen_at_us": arrived_at_us,
                "request_count": 1,
                "revision": revision,
            }
    _KEEP.write(cursor, [tuple(row.values()) for row in new.values()])
    _COUNT.write(cursor, list(again.values()))
    return unkept


def _count_requests(cursor: Cursor, refused: Sequence[RejectedRequest], revision: int) -> None:
    """Count them by minute and kind, kept or not; those of the demo are no loss."""
    counted = Counter(
        (minute_of(to_microseconds(one.arrived)), one.kind.value)
        for one in refused
        if one.origin is not Origin.DEMO
    )
    _COUNT_REQUESTS.write(
        cursor, [(minute, kind, count, 0, revision) for (minute, kind), count in counted.items()]
    )


def _digest(refused: RejectedRequest) -> str:
    """Return what tells different bodies apart; of a large one we have the beginning and size."""
    salt = _storable(refused.size).to_bytes(8, "big")
    # What an answer holds is another thing than a request with the same bytes.
    is_answer = refused.kind is RejectionKind.API
    person = f"{refused.kind} {refused.origin}".encode() if is_answer else b""
    return blake2b(refused.body, digest_size=16, salt=salt, person=person).hexdigest()


def _storable(size: int) -> int:
    """Return a size as a number that a column can hold: an announced size can be any number."""
    return min(size, 2**62)

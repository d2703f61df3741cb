"""For which keys an outage of one receiver counts, where the store has several.

A callback URL leads to the receivers to which reports have come by its key: to one of them, or to
several by way of a proxy. What is not known counts: nothing is called received that may be lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select

from kvitto.core.outages import Outage, TimeRange, without
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.daily_limit import DAY_US, NO_CALLBACK_KEY
from kvitto.store.receiver_tables import receiver_key_day
from kvitto.store.schema import callback_key

_YESTERDAY: Final = 1


class _Key(NamedTuple):
    """A callback key.

    Attributes:
        number: its number.
        receiver: which made it.
        revoked: since when none comes by it; None while it is valid.
        days: to which receivers reports came by it, by the day since the epoch.
    """

    number: int
    receiver: str
    revoked: datetime | None
    days: Mapping[int, frozenset[str]]

    def leads_to(self, until: datetime) -> frozenset[str]:
        """Return the receivers to which it leads, as was known at a time; none: not known."""
        last = to_microseconds(until) // DAY_US
        used = max((day for day in self.days if day <= last), default=None)
        if used is None:
            return frozenset({self.receiver} - {""})
        return self.days[used] | self.days.get(used - _YESTERDAY, frozenset())


def spare_keys(
    connection: Connection,
    outages: Sequence[Outage],
    ran: Mapping[str, Sequence[TimeRange]],
    now: datetime | None,
) -> list[Outage]:
    """Return outages in parts that say for which keys they do not count.

    Left out is a part that counts for no key.

    Args:
        connection: where.
        outages: those of all receivers.
        ran: when each receiver ran.
        now: the time; None where it does not matter.
    """
    keys = _keys(connection)
    latest = max((one.end for some in ran.values() for one in some), default=None)
    end = now or latest
    if end is None or not keys:
        return list(outages)
    able = {
        name: _without_outages(some, [one for one in outages if one.receiver == name], end)
        for name, some in ran.items()
    }
    return [part for one in outages for part in _parts(one, keys, able, end)]


def _keys(connection: Connection) -> list[_Key]:
    days: dict[int, dict[int, set[str]]] = {}
    for row in connection.execute(select(receiver_key_day)):
        days.setdefault(row.callback_key_pk, {}).setdefault(row.day, set()).add(row.receiver)
    query = select(callback_key.c.pk, callback_key.c.receiver, callback_key.c.revoked_at_us)
    # What came without a key, where anything did.
    without_key = {day: frozenset(names) for day, names in days.get(NO_CALLBACK_KEY, {}).items()}
    return [_Key(NO_CALLBACK_KEY, "", None, without_key)] * bool(without_key) + [
        _Key(
            row.pk,
            row.receiver,
            None if row.revoked_at_us is None else from_microseconds(row.revoked_at_us),
            {day: frozenset(names) for day, names in days.get(row.pk, {}).items()},
        )
        for row in connection.execute(query.where(callback_key.c.origin != "demo"))
    ]


def _without_outages(
    ran: Sequence[TimeRange], outages: Sequence[Outage], end: datetime
) -> list[TimeRange]:
    closed = [TimeRange(one.begin, one.end or max(end, one.begin)) for one in outages]
    return [part for whole in ran for part in without(whole, closed)]


def _parts(
    one: Outage, keys: Sequence[_Key], able: Mapping[str, Sequence[TimeRange]], now: datetime
) -> Iterator[Outage]:
    """Yield an outage in parts, each of which spares the same keys all the while."""
    others = [span for name, some in able.items() if name != one.receiver for span in some]
    end = one.end or max(now, one.begin)
    edges = {one.begin, end, *(edge for span in others for edge in span)}
    inside = sorted(edge for edge in edges if one.begin <= edge <= end)
    found: list[tuple[datetime, datetime, frozenset[int] | None]] = []
    for begin, until in pairwise(inside):
        spared = _spared(one.receiver, keys, able, TimeRange(begin, until))
        if found and found[-1][2] == spared:
            found[-1] = (found[-1][0], until, spared)
        else:
            found.append((begin, until, spared))
    if not found:
        yield one
    for begin, until, spared in found:
        if spared is not None:
            is_last = one.end is None and until == end
            yield replace(one, begin=begin, end=None if is_last else until, spared=spared)


def _spared(
    receiver: str,
    keys: Sequence[_Key],
    able: Mapping[str, Sequence[TimeRange]],
    part: TimeRange,
) -> frozenset[int] | None:
    """Return by which keys reports could come in; None where that is all that are in use."""
    up = {
        name
        for name, some in able.items()
        if name != receiver
        and any(span.begin <= part.begin and part.end <= span.end for span in some)
    }
    if not up:
        return frozenset()
    valid = [one for one in keys if one.revoked is None or one.revoked > part.begin]
    spared = frozenset(
        one.number
        for one in valid
        if (to := one.leads_to(part.end)) and (receiver not in to or to & up)
    )
    return None if len(spared) == len(valid) else spared

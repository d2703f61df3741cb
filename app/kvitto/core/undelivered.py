"""Why messages did not arrive, as far as codes, times and numbers tell. Pure.

The SMS service names few of its codes (protocol, "Status codes"). Where it does, the code is the
cause. Of the others the cause is concluded from how long the messages were tried and where they
went. A conclusion is drawn only where it holds for four of five messages of a group, and it is
never certain: whoever shows it says "mostly".
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from kvitto.core.status import Group, Result, group_of, result_of

QUICK: Final = timedelta(minutes=1)
"""What fails within this was turned away, not tried."""
LONG: Final = timedelta(hours=24)
"""What was tried for so long did not reach a phone that is used every day."""
LEAST_OF_ROUTE: Final = 10
"""Fewer numbers that fail in the same way may all be wrong."""

NOT_DELIVERED: Final = frozenset({Result.EXPIRED, Result.REJECTED, Result.FAILED})
"""The results that say that a message did not arrive. What was cancelled is none of them: nobody
tried to deliver it any more. Nor is what ended without a word: whether it arrived is not known."""


class FailurePace(StrEnum):
    """How long a message was tried before it failed: from its first status to the last."""

    QUICK = "quick"
    """Less than `QUICK`."""
    USUAL = "usual"
    LONG = "long"
    """At least `LONG`."""
    UNKNOWN = "unknown"
    """Only one status is known, so that nothing tells when it began."""


class Cause(StrEnum):
    """Why the messages of a group mostly did not arrive."""

    FUNDS = "funds"
    """The account was empty."""
    SENDER_NAME = "sender name"
    """The name or number that the SMS is sent from was turned down."""
    RECIPIENT = "recipient"
    """The recipient was turned down."""
    REJECTED = "rejected"
    """The SMS service turned the message down and does not say why."""
    NOT_REACHED = "not reached"
    """The phone was not reached in the time that it was tried."""
    ROUTE = "route"
    """Nearly everything to one country fails with this code: not the numbers."""
    NUMBERS = "numbers"
    """They failed at once: wrong or ended numbers."""
    UNKNOWN = "unknown"
    """Most failed neither at once nor after a long time, or nobody knows when they began."""
    MIXED = "mixed"
    """Nothing holds for most of them."""


_NAMED: Final[dict[int, Cause]] = {
    202: Cause.NOT_REACHED,
    402: Cause.FUNDS,
    403: Cause.SENDER_NAME,
    405: Cause.RECIPIENT,
    407: Cause.SENDER_NAME,
}


_PACES: Final = (
    (frozenset({FailurePace.QUICK}), Cause.NUMBERS),
    (frozenset({FailurePace.LONG}), Cause.NOT_REACHED),
    (frozenset({FailurePace.USUAL, FailurePace.UNKNOWN}), Cause.UNKNOWN),
)
"""What is concluded from how long most messages were tried."""


class FailureCount(NamedTuple):
    """So many messages of a batch ended alike.

    Attributes:
        code: the code that ended them.
        pace: how long they were tried.
        calling_code: where they went, see `calling_codes`; "" where that is not known.
        messages: how many they are.
    """

    code: int
    pace: FailurePace
    calling_code: str
    messages: int


class FailureGroup(msgspec.Struct, frozen=True):
    """The messages of a batch that did not arrive for one reason.

    Attributes:
        codes: the codes that ended them, the most frequent first.
        result: what these mean.
        messages: how many there are.
        cause: why, as far as that can be told.
        supported: for how many of them the cause holds.
        is_named: whether the SMS service names the codes, so that nothing was concluded.
        calling_code: the country, where the cause is the route.
    """

    codes: tuple[int, ...]
    result: Result
    messages: int
    cause: Cause
    supported: int
    is_named: bool
    calling_code: str = ""


def pace_of(taken: timedelta, reports: int) -> FailurePace:
    """Return how long a message was tried.

    Args:
        taken: from its first known status to the one that ended it.
        reports: how many different reports there are about it.
    """
    if reports < 2:
        return FailurePace.UNKNOWN
    if taken < QUICK:
        return FailurePace.QUICK
    return FailurePace.LONG if taken >= LONG else FailurePace.USUAL


def failure_groups(ended: Iterable[FailureCount]) -> list[FailureGroup]:
    """Return the groups of messages that did not arrive, the largest first.

    Args:
        ended: all ended messages of a batch, the delivered ones too: what reached a country tells
            of its route.
    """
    by_code: defaultdict[int, list[FailureCount]] = defaultdict(list)
    to_country: defaultdict[str, int] = defaultdict(int)
    for one in ended:
        to_country[one.calling_code] += one.messages
        if result_of(one.code, final=True) in NOT_DELIVERED:
            by_code[one.code].append(one)
    of_codes = [_group(code, counts, to_country) for code, counts in by_code.items()]
    of_codes.sort(key=_largest_first)
    alike: defaultdict[tuple[Cause, str, Result], list[FailureGroup]] = defaultdict(list)
    for group in of_codes:
        alike[group.cause, group.calling_code, group.result].append(group)
    return sorted(map(_merged, alike.values()), key=_largest_first)


def _largest_first(group: FailureGroup) -> tuple[int, tuple[int, ...]]:
    return -group.messages, group.codes


def _merged(groups: list[FailureGroup]) -> FailureGroup:
    """Return groups of one cause as one."""
    return msgspec.structs.replace(
        groups[0],
        codes=tuple(code for group in groups for code in group.codes),
        messages=sum(group.messages for group in groups),
        supported=sum(group.supported for group in groups),
    )


def _group(
    code: int, counts: list[FailureCount], to_country: defaultdict[str, int]
) -> FailureGroup:
    result = result_of(code, final=True)
    messages = sum(one.messages for one in counts)
    named = _NAMED.get(code)
    if named is None and group_of(code) is Group.REJECTION:
        # Something is wrong with the message itself, says the group: times tell nothing of it.
        named = Cause.REJECTED
    if named is not None:
        return FailureGroup((code,), result, messages, named, messages, code in _NAMED)

    def made(cause: Cause, supported: int, calling_code: str = "") -> FailureGroup:
        return FailureGroup((code,), result, messages, cause, supported, False, calling_code)

    country, of_country = _largest(counts)
    if (
        country
        and of_country >= LEAST_OF_ROUTE
        and _is_most(of_country, messages)
        and _is_most(of_country, to_country[country])
    ):
        return made(Cause.ROUTE, of_country, country)
    for paces, cause in _PACES:
        supported = sum(one.messages for one in counts if one.pace in paces)
        if _is_most(supported, messages):
            return made(cause, supported)
    return made(Cause.MIXED, 0)


def _largest(counts: Iterable[FailureCount]) -> tuple[str, int]:
    """Return the country that most of them went to, and how many went there."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in counts:
        sums[one.calling_code] += one.messages
    return max(sums.items(), key=lambda item: (item[1], item[0]))


def _is_most(part: int, whole: int) -> bool:
    """Tell whether something holds for four of five at least."""
    return 5 * part >= 4 * whole

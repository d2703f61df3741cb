"""The words of the list of those who did not get a message."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.core.follow_up import FollowUpGroup, FollowUpMark, known_by
from kvitto.core.status import Result
from kvitto.core.undelivered import Cause, FailureGroup
from kvitto.store.follow_up_queries import FollowUpRow
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.text import formatting
from kvitto.ui.text.failure_text import advice_text, notes_text, why_text
from kvitto.ui.text.moment_text import day_text, moment_text

_NO_FUNDS: Final = 402
_NAMES_REFUSED: Final = frozenset({403, 407})
_RECIPIENT_REFUSED: Final = 405


def group_title(group: FollowUpGroup) -> str:
    """Return what a group is called."""
    match group:
        case FollowUpGroup.DID_NOT_ARRIVE:
            return QCoreApplication.translate("FollowUp", "Did not arrive")
        case FollowUpGroup.NOT_KNOWN:
            return QCoreApplication.translate("FollowUp", "Not known yet")
        case FollowUpGroup.CANCELLED:
            return QCoreApplication.translate("FollowUp", "Cancelled")
    assert_never(group)


def nothing_text(group: FollowUpGroup) -> str:
    """Return what is said of a group in which nobody is."""
    match group:
        case FollowUpGroup.DID_NOT_ARRIVE:
            return QCoreApplication.translate(
                "FollowUp", "No message has failed, as far as is known."
            )
        case FollowUpGroup.NOT_KNOWN:
            return QCoreApplication.translate("FollowUp", "No message is still on its way.")
        case FollowUpGroup.CANCELLED:
            return QCoreApplication.translate("FollowUp", "No message was cancelled.")
    assert_never(group)


class Unlisted(NamedTuple):
    """Of whom a list of batches can't tell.

    Attributes:
        batches: how many batches are listed.
        purged: how many of these had messages deleted.
        purged_at: when that was, of one of them, UTC; None for none.
        due: how many expected messages were not heard of that still may be.
        never: how many were not heard of, and won't be.
    """

    batches: int = 0
    purged: int = 0
    purged_at: datetime | None = None
    due: int = 0
    never: int = 0


def unlisted_among(batches: Sequence[BatchRecord], now: datetime) -> Unlisted:
    """Return of whom a list of batches can't tell, at `now`, UTC. Of very many it takes long."""
    purged = [one.purged for one in batches if one.purged is not None]
    due = never = 0
    for one in batches:
        unseen = one.tally().unseen if one.purged is None else 0
        if one.may_report(now):
            due += unseen
        else:
            never += unseen
    return Unlisted(len(batches), len(purged), next(iter(purged), None), due, never)


def unlisted_text(group: FollowUpGroup, unlisted: Unlisted, wanted: MessageFilter) -> str:
    """Return of whom the list of a group can't tell, and what to do; "" where it tells of all.

    Args:
        group: the group.
        unlisted: of whom it can't.
        wanted: which messages are listed.
    """
    said = [_purged_text(unlisted)]
    if group is FollowUpGroup.NOT_KNOWN and wanted.is_of_batches:
        for count, text in (
            (
                unlisted.due,
                QCoreApplication.translate(
                    "FollowUp",
                    "Expected, but not heard of yet: {count}. Nobody can be named: their reports "
                    "may still come.",
                ),
            ),
            (
                unlisted.never,
                QCoreApplication.translate(
                    "FollowUp",
                    "Expected, but never heard of: {count}. Nobody can be named: ask iP.1 about "
                    "them.",
                ),
            ),
        ):
            if count:
                said.append(text.format(count=formatting.number(count)))
    return "\n".join(filter(None, said))


def _purged_text(unlisted: Unlisted) -> str:
    if unlisted.purged_at is None:
        return ""
    if unlisted.batches == 1:
        return QCoreApplication.translate(
            "FollowUp",
            "Messages of it were deleted on {time}: who did not get those is not known any more.",
        ).format(time=formatting.exact_time(unlisted.purged_at))
    return QCoreApplication.translate(
        "FollowUp",
        "Batches of which messages were deleted: {count}. Who did not get those is not known any "
        "more.",
    ).format(count=formatting.number(unlisted.purged))


def mark_word(mark: FollowUpMark | None) -> str:
    """Return what was done, as a short text; "" for nothing."""
    match mark:
        case None:
            return ""
        case FollowUpMark.CALLED:
            return QCoreApplication.translate("FollowUp", "Called")
        case FollowUpMark.WRONG_NUMBER:
            return QCoreApplication.translate("FollowUp", "Wrong number")
        case FollowUpMark.SENT_AGAIN:
            return QCoreApplication.translate("FollowUp", "Sent again")
    assert_never(mark)


def advice(row: FollowUpRow, now: datetime, group: FailureGroup | None) -> str:
    """Return what to do about a message: one sentence. Says "mostly" where a cause is only likely.

    Args:
        row: the message.
        now: the time, UTC.
        group: the messages of its batch that did not arrive for the same reason; None where it is
            in none, or that is not known.
    """
    concluded = "" if group is None else _advice_of_cause(group)
    return concluded or _advice_of_result(row, now)


def _advice_of_cause(group: FailureGroup) -> str:
    """Return what to do where that was concluded from a whole group; "" where the code says it."""
    match group.cause:
        case Cause.ROUTE:
            return QCoreApplication.translate(
                "FollowUp",
                "Mostly the route to +{calling_code}, not the number: write to iP.1's support.",
            ).format(calling_code=group.calling_code)
        case Cause.NUMBERS:
            return QCoreApplication.translate(
                "FollowUp", "Mostly a wrong or ended number: phone, and ask for the right one."
            )
        case Cause.NOT_REACHED:
            return QCoreApplication.translate(
                "FollowUp", "Mostly a phone that was off or abroad: phone, or send it again later."
            )
        case Cause.UNKNOWN:
            return QCoreApplication.translate(
                "FollowUp", "The reason is not known: phone, or send it again later."
            )
        case Cause.MIXED:
            return QCoreApplication.translate("FollowUp", "Mixed reasons: phone if it matters.")
        case _:
            return ""


def _advice_of_result(row: FollowUpRow, now: datetime) -> str:
    match row.result:
        case Result.DELIVERED:
            return QCoreApplication.translate("FollowUp", "Nothing: it was delivered.")
        case Result.EXPIRED | Result.FAILED:
            return QCoreApplication.translate("FollowUp", "Phone if it matters.")
        case Result.REJECTED:
            return _advice_on_rejection(row.code)
        case Result.CANCELLED:
            return QCoreApplication.translate("FollowUp", "Send it again if it is still needed.")
        case Result.UNKNOWN:
            return QCoreApplication.translate(
                "FollowUp", "The SMS service says no more about it: phone if it matters."
            )
        case Result.PENDING:
            return _advice_to_wait(row, now)
    assert_never(row.result)


def _advice_on_rejection(code: int) -> str:
    if code == _NO_FUNDS:
        return QCoreApplication.translate(
            "FollowUp", "The account was empty: pay money in at iP.1, and send it again."
        )
    if code in _NAMES_REFUSED:
        return QCoreApplication.translate(
            "FollowUp", "The sender name must be registered at iP.1: then send it again."
        )
    if code == _RECIPIENT_REFUSED:
        return QCoreApplication.translate(
            "FollowUp", "The number was not accepted: phone, and ask for the right one."
        )
    return QCoreApplication.translate(
        "FollowUp", "It was not accepted: write to iP.1's support, with its id."
    )


def _advice_to_wait(row: FollowUpRow, now: datetime) -> str:
    end = known_by(row.changed_at)
    if now > end:
        return QCoreApplication.translate(
            "FollowUp", "No more is heard of it: phone if it matters, or ask iP.1's support."
        )
    return QCoreApplication.translate("FollowUp", "Wait: known by {time} at the latest.").format(
        time=f"{day_text(end, now, with_weekday=True)} "
        f"{formatting.clock_time(end, with_seconds=False)}"
    )


def why(group: FailureGroup | None, code: int, notes: Mapping[int, str]) -> str:
    """Return what makes us think so, and what the user calls the code; "" for nothing."""
    said = [] if group is None else [advice_text(group), why_text(group)]
    return "\n".join([*said, *notes_text([code], notes)])


def since_text(row: FollowUpRow, now: datetime) -> str:
    """Return what has become of a message since the list was made, as a short text."""
    word = formatting.status_word(row.code, final=row.is_ended)
    return QCoreApplication.translate("FollowUp", "now: {status}, {time}").format(
        status=word, time=moment_text(row.changed_at, now)
    )


def column_title(title: object) -> str:
    """Return a column's title in the language of now.

    Args:
        title: what `QT_TRANSLATE_NOOP` returned.
    """
    return QCoreApplication.translate("FollowUp", str(title))

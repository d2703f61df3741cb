"""The words about a person."""

from datetime import datetime
from typing import assert_never

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from kvitto.core.phone_number import PhoneNumber
from kvitto.core.status import Result
from kvitto.core.timestamps import from_microseconds
from kvitto.store.person import Erasure, Person
from kvitto.store.records import MessageRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.identifiers import phone_number
from kvitto.ui.text.local_days import local_midnight


def number_text(number: PhoneNumber, *, is_masked: bool = False) -> str:
    """Return a number for reading."""
    digits = number.digits if number.calling_code else f"0{number.national}"
    return phone_number(digits, is_masked=is_masked).replace("+0", "0")


def when_text(instant: datetime, now: datetime) -> str:
    """Return a time to the minute, with its day in words where it is near."""
    clock = formatting.clock_time(instant, with_seconds=False)
    if instant >= local_midnight(now):
        day = QCoreApplication.translate("Person", "today")
    elif instant >= local_midnight(now, 1):
        day = QCoreApplication.translate("Person", "yesterday")
    else:
        day = formatting.day(instant, with_weekday=True)
        if instant.astimezone().year != now.astimezone().year:
            day = f"{day} {formatting.year(instant)}"
    return f"{day} {clock}"


def _since_text(instant: datetime, now: datetime) -> str:
    here, today = instant.astimezone(), now.astimezone()
    if (here.year, here.month) == (today.year, today.month):
        return formatting.day(instant)
    month = QLocale().standaloneMonthName(here.month)
    return month if here.year == today.year else f"{month} {here.year}"


def _what_became(message: MessageRecord, now: datetime) -> str:
    state = message.state
    changed = from_microseconds(state.rank.created_at_us)
    is_same_day = local_midnight(changed) == local_midnight(state.first_created)
    when = formatting.clock_time(changed) if is_same_day else when_text(changed, now)
    match state.result:
        case Result.DELIVERED:
            text = QCoreApplication.translate("Person", "was delivered {when}")
        case Result.PENDING:
            text = QCoreApplication.translate("Person", "is on its way")
        case Result.EXPIRED:
            text = QCoreApplication.translate("Person", "expired {when}")
        case Result.CANCELLED:
            text = QCoreApplication.translate("Person", "was cancelled {when}")
        case Result.REJECTED:
            text = QCoreApplication.translate("Person", "was not accepted")
        case Result.FAILED:
            text = QCoreApplication.translate("Person", "failed {when}")
        case Result.UNKNOWN:
            text = QCoreApplication.translate("Person", "ended without a word")
        case _:
            assert_never(state.result)
    return text.format(when=when)


class PersonWords(QObject):
    """The sentences about a person in which something is counted."""

    def sentence(self, person: Person, now: datetime) -> str:
        """Return what is held of a person, as one sentence; "" where nothing is.

        "5 messages since March; the last, today 09:02, was delivered 09:02:41."
        """
        binned = (
            self.tr("%n message(s) lie in the bin.", "", person.binned) if person.binned else ""
        )
        if not person.messages or person.since is None:
            return binned
        last = max(person.messages, key=lambda one: (one.state.first_created_at_us, one.key))
        when, what = when_text(last.state.first_created, now), _what_became(last, now)
        if len(person.keys) == 1:
            said = self.tr("1 message: sent {when}, {what}.").format(when=when, what=what)
        else:
            said = self.tr(
                "%n message(s) since {since}; the last, {when}, {what}.", "", len(person.keys)
            ).format(since=_since_text(person.since, now), when=when, what=what)
        return f"{said} {binned}".rstrip()

    def erased(self, done: Erasure, *, is_on_server: bool = False) -> str:
        """Return what an erasure did, and whether anything is left of it."""
        parts = [self.tr("Erased: %n message(s) and all reports about them.", "", done.messages)]
        if done.mentions:
            parts.append(
                self.tr(
                    "The number was taken out of %n message(s) to others, too.", "", done.mentions
                )
            )
        if done.refused:
            parts.append(
                self.tr("%n refused request(s) that told of it were deleted.", "", done.refused)
            )
        if done.ids:
            parts.append(
                self.tr(
                    "%n id(s) of the SMS service have the number in them, and stay.", "", done.ids
                )
            )
        parts.append(self.tr("Sums are as before."))
        if not done.is_rewritten and is_on_server:
            parts.append(
                self.tr(
                    "Traces are left in the server's tables. Kvitto tries again by itself if its "
                    "user there may run VACUUM on them; otherwise the server's administrator has "
                    "to run {command} in this database."
                ).format(command="VACUUM (FREEZE, INDEX_CLEANUP ON)")
            )
        elif not done.is_rewritten:
            parts.append(
                self.tr(
                    "Traces in the database's file go as soon as nobody reads it and the disk has "
                    "room: Kvitto tries again by itself."
                )
            )
        return " ".join(parts)

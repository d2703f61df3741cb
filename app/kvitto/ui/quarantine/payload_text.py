"""What there is to say of a refused request, and of all of them, in sentences."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication

from kvitto.core.rejection import RejectionKind
from kvitto.store.quarantine import Rejections
from kvitto.store.records import QuarantineRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.rejection_text import reason_text

KEPT_BY_SENDER: Final = timedelta(minutes=90)
"""How long the service retries what was refused: every ten minutes, up to ten times. Whether the
ten include the first is unclear: counted on is the shorter time."""


def body_sentences(record: QuarantineRecord, now: datetime) -> str:
    """Return why a body was refused, how often it came, and who still has it; a sentence a line."""
    said = [reason_text(record.reason)]
    if record.times == 1:
        said.append(
            QCoreApplication.translate("BodyWords", "It came once, {time}.").format(
                time=formatting.exact_time(record.first_seen)
            )
        )
    else:
        said.append(
            QCoreApplication.translate(
                "BodyWords", "It came {count} ×, first {first}, last {last}."
            ).format(
                count=formatting.number(record.times),
                first=formatting.exact_time(record.first_seen),
                last=formatting.exact_time(record.last_seen),
            )
        )
    if len(record.body) < record.size:
        said.append(
            QCoreApplication.translate(
                "BodyWords", "Only the first {kept} of its {size} bytes are here."
            ).format(kept=formatting.number(len(record.body)), size=formatting.number(record.size))
        )
    said.append(_sender_sentence(record, now))
    return "\n".join(said)


def _sender_sentence(record: QuarantineRecord, now: datetime) -> str:
    if record.kind is RejectionKind.API:
        return QCoreApplication.translate(
            "BodyWords",
            "It is no request: iP.1 said this when it was asked. The message's text, sender and "
            "owner are not kept.",
        )
    given_up = record.first_seen + KEPT_BY_SENDER
    if now < given_up:
        return QCoreApplication.translate(
            "BodyWords", "If it is the SMS service's, it is tried again until about {time}."
        ).format(time=formatting.clock_time(given_up, with_seconds=False))
    return QCoreApplication.translate(
        "BodyWords",
        "The SMS service does not try it again any more: what is here is all that there is.",
    )


def promise(rejections: Rejections, gives_up: datetime | None = None) -> str:
    """Return whether anything was lost, plainly; a sentence a line.

    Args:
        rejections: what is here.
        gives_up: when the service deletes the first of what it still tries; None if it tries none.
    """
    said = []
    kinds = {group.kind for group in rejections.groups}
    if kinds != {RejectionKind.API}:
        said.append(
            QCoreApplication.translate(
                "BodyWords",
                "iP.1 tries a refused report again for about 90 minutes, 10 times, and then "
                "deletes it. Its bytes are here until you delete them.",
            )
        )
    if gives_up is not None:
        said.append(
            QCoreApplication.translate(
                "BodyWords", "iP.1 gives up the first of these at {time}."
            ).format(time=formatting.clock_time(gives_up, with_seconds=False))
        )
    if RejectionKind.API in kinds:
        said.append(
            QCoreApplication.translate(
                "BodyWords",
                "What could not be read from iP.1's books is no request: it is read "
                "anew whenever iP.1 is asked about its batch.",
            )
        )
    if RejectionKind.TOO_LARGE in kinds:
        said.append(
            QCoreApplication.translate(
                "BodyWords", "Of bodies that were too large only the beginning is here."
            )
        )
    if rejections.unkept:
        said.append(
            QCoreApplication.translate(
                "BodyWords",
                "The quarantine was full: {count} more were refused, and their bytes are not "
                "here. Delete what you don't need to make room.",
            ).format(count=formatting.number(rejections.unkept))
        )
    return "\n".join(said)

"""Why messages did not arrive and what to do about it, in a sentence for each group."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.core.invisible import plain_line
from kvitto.core.status import CODE_NAMES
from kvitto.core.undelivered import Cause, FailureGroup
from kvitto.ui.text import formatting


def group_title(group: FailureGroup) -> str:
    """Return what a group shows: the word of its status, and its codes."""
    codes = ", ".join(str(code) for code in group.codes[:_MOST_CODES])
    if len(group.codes) > _MOST_CODES:
        codes += " …"
    is_one = len(group.codes) == 1
    word = (
        formatting.status_word(group.codes[0], final=True)
        if is_one
        else formatting.result_word(group.result)
    )
    return f"{word} {codes}"


_MOST_CODES: Final = 4


def advice_text(group: FailureGroup) -> str:
    """Return why the messages of a group mostly did not arrive, and what to do.

    What is concluded holds for most of them: nothing says that a single number does not exist.
    """
    return _sentence(group.cause).format(
        part=formatting.number(group.supported),
        count=formatting.number(group.messages),
        code=group.codes[0],
        calling_code=group.calling_code,
    )


def is_for_support(group: FailureGroup) -> bool:
    """Tell whether the advice on a group is to write to the SMS service's support."""
    return group.cause in (Cause.ROUTE, Cause.REJECTED)


def support_text(group: FailureGroup, batch_id: str, sent: str, ids: Sequence[str]) -> str:
    """Return what to write to the SMS service's support about a group, ready to send.

    Args:
        group: the messages that did not arrive.
        batch_id: the SMS service's id of their batch.
        sent: when that was sent, in words.
        ids: its ids of some of the messages.
    """
    text = (
        QCoreApplication.translate(
            "Failures",
            "Nearly all of our messages to +{calling_code} in the batch {batch}, sent {sent}, "
            "ended with status {codes}. Please look at the route. Number of messages: {count}.",
        )
        if group.cause is Cause.ROUTE
        else QCoreApplication.translate(
            "Failures",
            "Messages in the batch {batch}, sent {sent}, were turned down with status {codes}. "
            "Please tell us why. Number of messages: {count}.",
        )
    ).format(
        calling_code=group.calling_code,
        batch=batch_id,
        sent=sent,
        codes=", ".join(map(str, group.codes)),
        count=formatting.number(group.messages),
    )
    named = QCoreApplication.translate("Failures", "Ids of messages:")
    return "\n".join([text, "", named, *ids]) + "\n"


def _sentence(cause: Cause) -> str:
    match cause:
        case Cause.FUNDS:
            return QCoreApplication.translate(
                "Failures", "The account was empty. Top it up at the SMS service, then send again."
            )
        case Cause.SENDER_NAME:
            return QCoreApplication.translate(
                "Failures",
                "The sender name was turned down. It must be registered: ask the SMS service.",
            )
        case Cause.RECIPIENT:
            return QCoreApplication.translate(
                "Failures",
                "The recipient was turned down: mostly numbers that can't receive SMS. Check them.",
            )
        case Cause.REJECTED:
            return QCoreApplication.translate(
                "Failures",
                "The SMS service turned them down and does not say why. Write to its support with "
                "the code and the batch id.",
            )
        case Cause.NOT_REACHED:
            return QCoreApplication.translate(
                "Failures",
                "{part} of {count} could not be reached in time: mostly phones that are off or "
                "abroad. Try again later, or call.",
            )
        case Cause.ROUTE:
            return QCoreApplication.translate(
                "Failures",
                "{part} of {count} went to numbers in +{calling_code}, where nearly all fail with "
                "{code}: mostly the route, not the numbers. Write to the SMS service's support.",
            )
        case Cause.NUMBERS:
            return QCoreApplication.translate(
                "Failures",
                "{part} of {count} failed within a minute: mostly wrong or ended numbers. Ask for "
                "a new number.",
            )
        case Cause.UNKNOWN:
            return QCoreApplication.translate(
                "Failures", "The reason is not known. Try again later, or call."
            )
        case Cause.MIXED:
            return QCoreApplication.translate("Failures", "Mixed reasons.")
    assert_never(cause)


def notes_text(codes: Iterable[int], notes: Mapping[int, str]) -> list[str]:
    """Return what the user calls codes, each marked as the user's own."""
    text = QCoreApplication.translate("Failures", "Your note on {code}: {note}")
    return [text.format(code=code, note=plain_line(notes[code])) for code in codes if code in notes]


def why_text(group: FailureGroup) -> str:
    """Return what makes us think so."""
    if group.is_named:
        text = QCoreApplication.translate(
            "Failures", "The SMS service's own name of code {code}: {name}."
        )
        return "\n".join(
            text.format(code=code, name=CODE_NAMES.get(code, code)) for code in group.codes
        )
    if group.cause is Cause.REJECTED:
        return QCoreApplication.translate(
            "Failures", "Codes that begin with 4 say that something is wrong with the message."
        )
    return QCoreApplication.translate(
        "Failures",
        "The SMS service does not say what code {code} means. Looked at are the time from the "
        "first report to the failure and the countries. A cause is told where it holds for four "
        "of five.",
    ).format(code=", ".join(map(str, group.codes)))

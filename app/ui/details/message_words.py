"""What there is to say of a message, in sentences and numbers."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.core.money import Money
from app.core.state import MessageState
from app.core.status import Outcome
from app.ui import words


def meaning_text(state: MessageState) -> str:
    """Return what the message's current state means, a sentence."""
    if state.outcome is Outcome.FAILED and not state.settled:
        return QCoreApplication.translate(
            "MessageWords", "It could not be delivered so far, and is still tried."
        )
    return words.status_meaning(state.code)


def price_text(state: MessageState) -> str:
    """Return the price of the message, exact; "" where no report had one."""
    return "" if state.price is None else words.money(state.price.value)


def segment_price_text(state: MessageState) -> str:
    """Return how many SMS parts the message needs, and the price of each.

    The price of a part is exact, or marked as rounded where it has no end.
    """
    if state.segments is None:
        return ""
    segments = state.segments.value
    if state.price is None or not segments:
        return words.number(segments)
    price = state.price.value
    each, rest = divmod(price.nano, segments)
    if 2 * rest > segments:
        each += 1
    text = (
        QCoreApplication.translate("MessageWords", "{segments}, about {price} each")
        if rest
        else QCoreApplication.translate("MessageWords", "{segments}, {price} each")
    )
    return text.format(
        segments=words.number(segments), price=words.money(Money(each, price.currency))
    )


def settled_text(state: MessageState, now: datetime) -> str:
    """Return when the message was settled and how long that took; or since when it is not."""
    if state.settled:
        took_s = (state.rank.created - state.first_created).total_seconds()
        return QCoreApplication.translate(
            "MessageWords", "{time}, {duration} after the first report"
        ).format(time=words.exact_time(state.rank.created), duration=words.duration(took_s))
    since_s = max(0.0, (now - state.first_created).total_seconds())
    return QCoreApplication.translate(
        "MessageWords", "not yet, {duration} after the first report"
    ).format(duration=words.duration(since_s))

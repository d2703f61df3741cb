"""What there is to say of a message, in sentences and numbers."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from kvitto.core.money import Money
from kvitto.core.state import MessageState
from kvitto.ui.text import formatting


def meaning_text(state: MessageState) -> str:
    """Return what the message's current state means, a sentence."""
    return formatting.status_meaning(state.code, final=state.final)


def price_text(state: MessageState) -> str:
    """Return the price of the message, exact, and whether it was paid back; "" where unknown."""
    if state.price is None:
        return ""
    price = formatting.money(state.price)
    if not state.is_refunded:
        return price
    return QCoreApplication.translate("MessageWords", "{price}, paid back").format(price=price)


def segment_price_text(state: MessageState) -> str:
    """Return how many SMS parts the message needs, and the price of each.

    The price of a part is exact, or marked as rounded where it has no end.
    """
    if state.segments is None:
        return ""
    segments = state.segments.value
    if state.price is None or not segments:
        return formatting.number(segments)
    price = state.price
    each, rest = divmod(price.nano, segments)
    if 2 * rest > segments:
        each += 1
    text = (
        QCoreApplication.translate("MessageWords", "{segments}, about {price} each")
        if rest
        else QCoreApplication.translate("MessageWords", "{segments}, {price} each")
    )
    return text.format(
        segments=formatting.number(segments), price=formatting.money(Money(each, price.currency))
    )


def finished_text(state: MessageState, now: datetime) -> str:
    """Return when the message was finished and how long that took; or since when it is not."""
    if state.is_finished:
        took_s = (state.rank.created - state.first_created).total_seconds()
        return QCoreApplication.translate(
            "MessageWords", "{time}, {duration} after the first report"
        ).format(
            time=formatting.exact_time(state.rank.created), duration=formatting.duration(took_s)
        )
    since_s = max(0.0, (now - state.first_created).total_seconds())
    return QCoreApplication.translate(
        "MessageWords", "not yet, {duration} after the first report"
    ).format(duration=formatting.duration(since_s))

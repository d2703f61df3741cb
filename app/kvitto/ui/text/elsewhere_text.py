"""Whether reports are received on other computers, in a few words and by a light."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication

from kvitto.receiver.direct_store import ReceivedElsewhere
from kvitto.ui.text.formatting import ago
from kvitto.ui.text.reachability_text import Light, StatusText, since_text

_STEP_S: Final = 10


def elsewhere_text(elsewhere: ReceivedElsewhere, now: datetime) -> StatusText:
    """Return how receiving stands where nothing is received on this computer.

    Args:
        elsewhere: what is known of it.
        now: the time, UTC.
    """
    if elsewhere.lost_at is not None:
        words = QCoreApplication.translate("StatusText", "Not known since {time}")
        words = words.format(time=since_text(elsewhere.lost_at, now))
        return StatusText(Light.WAITING, words)
    if not elsewhere.is_known:
        return StatusText(Light.WAITING, QCoreApplication.translate("StatusText", "Not known yet"))
    last = elsewhere.last
    if last is None:
        return StatusText(Light.BAD, QCoreApplication.translate("StatusText", "Received nowhere"))
    if elsewhere.may_be_kept:
        words = QCoreApplication.translate("StatusText", "Receiver not heard of since {time}")
        return StatusText(Light.WAITING, words.format(time=since_text(last, now)))
    if not elsewhere.is_receiving:
        words = QCoreApplication.translate("StatusText", "Received nowhere since {time}")
        return StatusText(Light.BAD, words.format(time=since_text(last, now)))
    # In steps: a text that seldom changes costs little.
    age_s = max(0, int((now - last).total_seconds()) // _STEP_S * _STEP_S)
    words = QCoreApplication.translate("StatusText", "Received elsewhere · seen {ago}")
    just_now = QCoreApplication.translate("StatusText", "just now")
    said = ago(now - timedelta(seconds=age_s), now) if age_s else just_now
    return StatusText(Light.GOOD, words.format(ago=said))

"""What a batch has delivered at an age, against what is usual, in words."""

from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from kvitto.core.usual_share import Share, UsualBand
from kvitto.ui.text import formatting


def usual_text(age: timedelta, share: Share, usual: UsualBand | None) -> str:
    """Return it as a sentence, such as "After 1 h 81 % delivered; usually 93–98 %".

    Args:
        age: how old the batch was.
        share: what had become of its messages then.
        usual: between which shares that usually is; None where that is not known.
    """
    if usual is None:
        text = QCoreApplication.translate("Usual", "After {age} {share} delivered.")
        return text.format(age=_age(age), share=_percent(share))
    low, high = (round(100 * end) for end in usual)
    if low == high:
        text = QCoreApplication.translate(
            "Usual", "After {age} {share} delivered; usually {low} %."
        )
    else:
        text = QCoreApplication.translate(
            "Usual", "After {age} {share} delivered; usually {low}–{high} %."
        )
    return text.format(
        age=_age(age),
        share=_percent(share),
        low=formatting.number(low),
        high=formatting.number(high),
    )


def _age(age: timedelta) -> str:
    return formatting.duration(age.total_seconds())


def _percent(share: Share) -> str:
    return formatting.percent(share.delivered, share.messages)

"""What the cells of the table say of messages that are not finished: waited for, or in vain.

Texts follow the language and the locale that are in force when they are asked for.
"""

from PySide6.QtCore import QCoreApplication

from kvitto.store.records import BatchRecord
from kvitto.ui.batches.cell_text import NONE, TextManner
from kvitto.ui.text import formatting


def waiting_text(batch: BatchRecord, manner: TextManner) -> str:
    """Return how many may still be delivered; `18 ?` where no more is heard of them."""
    waiting = batch.tally().waiting
    if not waiting:
        return NONE
    return f"{formatting.number(waiting)}{'' if batch.may_report(manner.now) else ' ?'}"


def waiting_tip(batch: BatchRecord) -> str:
    """Return how many are on their way, and of how many no report has come."""
    tally = batch.tally()
    lines = []
    if tally.on_way:
        lines.append(
            QCoreApplication.translate("Columns", "{count} on the way").format(
                count=formatting.number(tally.on_way)
            )
        )
    if tally.unseen:
        lines.append(
            QCoreApplication.translate(
                "Columns", "{count} expected, of which no report has come"
            ).format(count=formatting.number(tally.unseen))
        )
    if lines:
        text = QCoreApplication.translate("Columns", "After {time} no more is heard of any.")
        lines.append(text.format(time=formatting.exact_time(batch.heard_until)))
    return "\n".join(lines)

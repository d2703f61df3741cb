"""What a batch is called, wherever it is told of."""

from PySide6.QtCore import QObject

from kvitto.clock import utc_now
from kvitto.core.invisible import plain_line
from kvitto.store.records import BatchRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.masking import mask_all_numbers


class BatchNameText(QObject):
    """Says it in the language of now. An object, so that Qt's tools find the plurals."""

    def counted(self, count: int) -> str:
        """Return so many messages."""
        return self.tr("%Ln message(s)", "", count)


def name_of(batch: BatchRecord, *, is_masked: bool = False) -> str:
    """Return what the user knows a batch by: `Sat 28 Nov 13:45 · 390 messages` if nothing else.

    Its label; else the reference that all its messages share; else when it was sent and how many
    messages it has.

    Args:
        batch: the batch.
        is_masked: whether what may be a phone number in a reference is masked.
    """
    if batch.label:
        return plain_line(batch.label)
    reference = plain_line(batch.reference or "").strip()
    if reference:
        return mask_all_numbers(reference) if is_masked else reference
    sent = batch.sent_at
    day = formatting.day(sent, with_weekday=True)
    if formatting.year(sent) != formatting.year(utc_now()):
        day = f"{day} {formatting.year(sent)}"
    clock = formatting.clock_time(sent, with_seconds=False)
    return f"{day} {clock} · {BatchNameText().counted(batch.messages)}"

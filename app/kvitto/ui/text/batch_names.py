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


def is_named(batch: BatchRecord) -> bool:
    """Tell whether a batch has a name of its own: a label or a reference."""
    return bool(batch.label) or bool(_reference_of(batch))


def name_of(batch: BatchRecord, *, is_masked: bool = False) -> str:
    """Return what the user knows a batch by: `Sat 28 Nov 13:45 · 390 messages` if nothing else.

    Its label; else the reference that all its messages share, or by which iP.1 knows it; else when
    it was sent, its tags or its sender by iP.1 where that is known, and how many messages it has.

    Args:
        batch: the batch.
        is_masked: whether what may be a phone number in a reference is masked.
    """
    if batch.label:
        return plain_line(batch.label)
    reference = _reference_of(batch)
    if reference:
        return mask_all_numbers(reference) if is_masked else reference
    asked, sent = batch.asked, batch.sent_at
    day = formatting.day(sent, with_weekday=True)
    if formatting.year(sent) != formatting.year(utc_now()):
        day = f"{day} {formatting.year(sent)}"
    clock = formatting.clock_time(sent, with_seconds=False)
    named = [] if asked is None else [plain_line(", ".join(asked.tags) or asked.sender).strip()]
    parts = [f"{day} {clock}", *named, BatchNameText().counted(batch.messages)]
    name = " · ".join(part for part in parts if part)
    return mask_all_numbers(name) if is_masked and any(named) else name


def _reference_of(batch: BatchRecord) -> str:
    """Return the reference that all messages of a batch share, or by which iP.1 knows it."""
    known = "" if batch.asked is None else batch.asked.reference
    return plain_line(batch.reference or known).strip()

"""What is said of how much is shown."""

from PySide6.QtCore import QCoreApplication

from app.store.finding import MessageFilter
from app.ui import words
from app.ui.batches.batch_level import BatchLevel


def count_text(model: BatchLevel, *, is_filtered: bool, is_whole: bool) -> str:
    """Return how many batches and messages are shown: `3 of 41 batches, 120 messages`.

    Args:
        model: what is shown.
        is_filtered: whether a filter lets only some pass.
        is_whole: whether all that pass have been counted.
    """
    known = model.meant()
    messages = sum(row.matches for row in model.shown)
    if is_filtered:
        of_all = QCoreApplication.translate("BatchesPanel", "{shown} of %Ln batch(es)", "", known)
        batches = of_all.format(shown=words.number(len(model.shown)))
    else:
        batches = QCoreApplication.translate("BatchesPanel", "%Ln batch(es)", "", known)
    text = QCoreApplication.translate("BatchesPanel", "{batches}, {messages}").format(
        batches=batches,
        messages=QCoreApplication.translate("BatchesPanel", "%Ln message(s)", "", messages),
    )
    if is_whole or not is_filtered:
        return text
    return QCoreApplication.translate("BatchesPanel", "{count} so far").format(count=text)


def nothing_text(wanted: MessageFilter) -> str:
    """Return that nothing passes a filter."""
    if wanted.text:
        nothing = QCoreApplication.translate("BatchesPanel", "Nothing matches “{text}”.")
        return nothing.format(text=wanted.text)
    return QCoreApplication.translate("BatchesPanel", "Nothing matches the filters.")

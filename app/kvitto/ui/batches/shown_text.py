"""The sentences that say how much the table shows."""

from PySide6.QtCore import QObject

from kvitto.core.invisible import plain_line
from kvitto.store.search import MessageFilter
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.text import formatting


class ShownWords(QObject):
    """Says it in the language of now. An object, so that Qt's tools find the plurals."""

    def count_text(self, model: BatchModel, *, is_filtered: bool, is_whole: bool) -> str:
        """Return how many batches and messages are shown: `Shown: 3 of 41 batches, 120 messages`.

        Args:
            model: what is shown.
            is_filtered: whether a filter lets only some pass.
            is_whole: whether all that pass have been counted.
        """
        known = model.batches.meant()
        messages = sum(row.matches for row in model.batches.shown)
        if is_filtered:
            of_all = self.tr("Shown: {shown} of %Ln batch(es)", "", known)
            batches = of_all.format(shown=formatting.number(len(model.batches.shown)))
        else:
            batches = self.tr("%Ln batch(es)", "", known)
        text = self.tr("{batches}, {messages}").format(
            batches=batches,
            messages=self.tr("%Ln message(s)", "", messages),
        )
        if is_whole or not is_filtered:
            return text
        return self.tr("{count} so far").format(count=text)

    def nothing_text(self, wanted: MessageFilter) -> str:
        """Return that nothing passes a filter."""
        if wanted.text:
            nothing = self.tr("Nothing matches “{text}”.")
            return nothing.format(text=plain_line(wanted.text))
        return self.tr("Nothing matches the filters.")

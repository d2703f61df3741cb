"""What is said of reports that were taken though something about them is unusual."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QObject

from kvitto.core.marks import (
    BODY_MARK,
    URL_MARK,
    fields_among,
    reports_by_mark,
    reports_with_unread_fields,
)
from kvitto.ui.text import formatting


def fields_text(marks: Sequence[str]) -> str:
    """Return which of a report's fields could not be read, by the SMS service's own names."""
    return ", ".join(fields_among(marks))


def mark_sentences(marks: Sequence[str]) -> list[str]:
    """Return what there is to say of a report's marks."""
    said: list[str] = []
    fields = fields_text(marks)
    if fields:
        said.append(
            QCoreApplication.translate(
                "MarkText",
                "Could not be read, or can't be right, and counts as absent: {fields}.",
            ).format(fields=fields)
        )
    if URL_MARK in marks:
        said.append(
            QCoreApplication.translate(
                "MarkText", "It came by a callback URL that is not spelled as Kvitto's."
            )
        )
    return said


class MarkText(QObject):
    """Says it in the language of now."""

    def reports_text(self, counts: Mapping[str, int]) -> str:
        """Return how many reports are marked, and by what; "" for none.

        Args:
            counts: how many reports have each combination of marks.
        """
        lines: list[str] = []
        by_mark = reports_by_mark(counts)
        unread = reports_with_unread_fields(counts)
        if unread:
            fields = ", ".join(
                f"{field} {formatting.number(by_mark[field])}"
                for field in fields_among(tuple(by_mark))
            )
            lines.append(
                self.tr(
                    "%Ln report(s) had a field that could not be read: {fields}", "", unread
                ).format(fields=fields)
            )
        misspelled = by_mark.get(URL_MARK)
        if misspelled:
            lines.append(
                self.tr(
                    "%Ln report(s) came by a callback URL that is not spelled as Kvitto's",
                    "",
                    misspelled,
                )
            )
        cut = by_mark.get(BODY_MARK)
        if cut:
            lines.append(
                self.tr(
                    "%Ln report(s) came with far more than a report's fields, of which only a part "
                    "is kept",
                    "",
                    cut,
                )
            )
        return "\n".join(lines)


def marked_reports_text(counts: Mapping[str, int]) -> str:
    """Return how many reports are marked, and by what; "" for none: see `MarkText`."""
    return MarkText().reports_text(counts) if counts else ""

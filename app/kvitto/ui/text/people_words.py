"""The words of the workbooks for people, in the language of now."""

from PySide6.QtCore import QObject

from kvitto.export.people_columns import PeopleWords
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of


class WorkbookText(QObject):
    """Says them. An object, so that Qt's tools find them."""

    def words(self) -> PeopleWords:
        """Return the words; what they name is named on the export's thread."""
        return PeopleWords(
            result=formatting.result_word,
            status=lambda code, final: formatting.status_word(code, final=final),
            batch_name=name_of,
            summary=self.tr("Summary"),
            messages=self.tr("Messages"),
            reports=self.tr("Reports"),
            batches=self.tr("Batches"),
            batch=self.tr("Batch"),
            recipient=self.tr("Recipient"),
            result_heading=self.tr("Result"),
            status_heading=self.tr("Status"),
            code=self.tr("Code"),
            parts=self.tr("SMS parts"),
            cost=self.tr("Cost"),
            paid_back=self.tr("Paid back"),
            currency=self.tr("Currency"),
            reference=self.tr("Reference"),
            sent=self.tr("Sent"),
            changed=self.tr("Last change"),
            arrived=self.tr("Reported here"),
            is_last=self.tr("The last report"),
            message_id=self.tr("Message id"),
            batch_id=self.tr("Batch id"),
            mark=self.tr("Mark"),
            demo=self.tr("Demo or test"),
            yes=self.tr("Yes"),
            erased=self.tr("erased"),
            expected=self.tr("Expected"),
            not_delivered=self.tr("Not delivered"),
            delivered=self.tr("Delivered"),
            cancelled=self.tr("Cancelled"),
            waiting=self.tr("Waiting"),
            last_report=self.tr("Last report"),
            note=self.tr("Note"),
            archived=self.tr("Archived"),
            rows=self.tr("Rows"),
            as_of=self.tr("As of"),
            times=self.tr("Times are those of this computer: {zone}."),
            demo_rows=self.tr("Of demos and tests, marked"),
            contents=self.tr("Contents"),
        )

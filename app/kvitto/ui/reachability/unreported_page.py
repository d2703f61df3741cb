"""Batches that have never reported here, by iP.1's list: why, and how they are fetched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_line
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.services.books_state import BooksState
from kvitto.ui.text import formatting
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.theme import STEP
from kvitto.ui.widgets.tree_model import Branch, TreeModel

if TYPE_CHECKING:
    from kvitto.books.unreported import Unreported


def _sent(row: "Unreported") -> str:
    if row.about is None:
        return QCoreApplication.translate("UnreportedModel", "not known")
    clock = formatting.clock_time(row.about, with_seconds=False)
    return f"{formatting.day(row.about)} {clock}"


def why_text(row: "Unreported") -> str:
    """Return why nothing was heard of a batch."""
    # By the value: the module that has the names takes the HTTP client, which no start waits for.
    match row.why.value:
        case "no_url":
            return QCoreApplication.translate("UnreportedModel", "no callback URL")
        case "ended_key":
            return QCoreApplication.translate(
                "UnreportedModel", "to an address of yours whose key has ended"
            )
        case "silent":
            return QCoreApplication.translate(
                "UnreportedModel", "to your address, nothing for 20 min"
            )
        case _:
            pass
    if not row.host:
        return QCoreApplication.translate("UnreportedModel", "to an address that is not yours")
    return QCoreApplication.translate(
        "UnreportedModel", "to an address that is not yours: {host}"
    ).format(host=plain_line(row.host))


_COLUMNS: Final = (
    TableColumn["Unreported"](QT_TRANSLATE_NOOP("UnreportedModel", "Sent about"), _sent),
    TableColumn["Unreported"](
        QT_TRANSLATE_NOOP("UnreportedModel", "Messages"),
        lambda row: "–" if row.messages is None else formatting.number(row.messages),
        RIGHT,
    ),
    TableColumn["Unreported"](QT_TRANSLATE_NOOP("UnreportedModel", "It reports"), why_text),
    TableColumn["Unreported"](
        QT_TRANSLATE_NOOP("UnreportedModel", "Name"),
        lambda row: plain_line(row.name),
        tip=lambda row: plain_line(f"{row.name} {row.batch_id}"),
    ),
)


class UnreportedModel(TreeModel["Unreported"]):
    """Batches, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_unreported`."""
        super().__init__(_COLUMNS, "UnreportedModel", parent)

    def show_unreported(self, rows: "Sequence[Unreported]") -> None:
        """Show these."""
        self.show_branches([Branch(row.batch_id, row, []) for row in rows])


class UnreportedPage(ListPage):
    """The batches, and the button that fetches one.

    Signals:
        fetch_requested: the id of a batch that is to be fetched.
    """

    fetch_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.batches = UnreportedModel()
        self._state = BooksState()
        super().__init__(self.batches, parent)
        self.batches.setParent(self)
        self.tree.setRootIsDecorated(False)
        self.fetch: Final = QPushButton(self)
        self.fetch.setAutoDefault(False)
        self.fetch.clicked.connect(self._on_fetch)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addStretch()
        row.addWidget(self.fetch)
        self.column.addLayout(row)
        self.tree.selectionModel().currentChanged.connect(self._show_button)
        self.note_read()
        self.retranslate()
        self._show_button()

    def show_state(self, state: BooksState, *, is_masked: bool) -> None:
        """Show what is known of them.

        Args:
            state: that.
            is_masked: whether what may be a phone number in a name is masked.
        """
        self._state = state
        self.batches.show_unreported(
            [replace(one, name=mask_all_numbers(one.name)) for one in state.unreported]
            if is_masked
            else state.unreported
        )
        if state.unreported and not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.batches.index(0, 0))
        self.say_nothing()
        self._show_button()

    def _on_fetch(self) -> None:
        row = self.batches.row(self.tree.currentIndex())
        if row is not None:
            self.fetch_requested.emit(row.batch_id)

    def _show_button(self) -> None:
        self.fetch.setVisible(not self.is_empty)
        self.fetch.setEnabled(
            self.batches.row(self.tree.currentIndex()) is not None and not self._state.is_refused
        )

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Never reported")

    @override
    def nothing(self) -> str:
        """Return why none is listed."""
        if not self._state.has_key:
            return self.tr(
                "With a key of iP.1's API, Kvitto finds the batches that were sent without your "
                "callback URL, or never reported. Paste one in the settings, under iP.1."
            )
        if not self._state.has_list:
            return self.tr("iP.1's list was not read yet.")
        return self.tr(
            "Of the batches that iP.1 lists since your first address was made, 30 days at most, "
            "none is missing here."
        )

    @override
    def retranslate(self) -> None:
        """Set all texts in the current language."""
        super().retranslate()
        self.fetch.setText(self.tr("Fetch it"))
        self.fetch.setToolTip(
            self.tr("Asks iP.1 what became of each message of this batch, and keeps it.")
        )

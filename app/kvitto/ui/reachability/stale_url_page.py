"""Batches on an earlier address: whether it leads here, and what can be done about them."""

from collections.abc import Sequence
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from kvitto.reachability.impact import StaleUrlBatches
from kvitto.reachability.reachability_status import UrlStatus
from kvitto.store.records import BatchRecord
from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.theme import STEP
from kvitto.ui.widgets.tree_model import Branch, Index, Leaf, TreeModel

StaleUrlRow = StaleUrlBatches | BatchRecord


def _name(row: StaleUrlRow) -> str:
    if isinstance(row, StaleUrlBatches):
        return row.url
    return name_of(row, is_masked=True)


def _last_seen(row: StaleUrlRow) -> str:
    batches = row.batches if isinstance(row, StaleUrlBatches) else [row]
    return formatting.exact_time(max(batch.last_seen for batch in batches))


def _open(row: StaleUrlRow) -> str:
    return formatting.number(row.unfinished)


def check_text(row: StaleUrlRow) -> str:
    """Return whether an address leads here, and when that was found out."""
    if not isinstance(row, StaleUrlBatches):
        return ""
    match row.check.status:
        case UrlStatus.REACHABLE:
            text = QCoreApplication.translate("StaleUrlModel", "reachable, checked {clock}")
        case UrlStatus.UNREACHABLE:
            text = QCoreApplication.translate("StaleUrlModel", "not reachable, checked {clock}")
        case UrlStatus.UNKNOWN:
            return QCoreApplication.translate("StaleUrlModel", "not known")
        case _:
            assert_never(row.check.status)
    at = row.check.checked_at
    return text.format(clock="–" if at is None else formatting.exact_time(at))


_COLUMNS: Final = (
    TableColumn[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Address and batch"), _name),
    TableColumn[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Leads here"), check_text),
    TableColumn[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Last report"), _last_seen),
    TableColumn[StaleUrlRow](QT_TRANSLATE_NOOP("StaleUrlModel", "Not finished"), _open, RIGHT),
)


class StaleUrlModel(TreeModel[StaleUrlRow]):
    """Addresses, and below each the batches that report to it."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_stale_url`."""
        super().__init__(_COLUMNS, "StaleUrlModel", parent)

    def show_stale_url(self, stale_url: Sequence[StaleUrlBatches]) -> None:
        """Show these."""
        self.show_branches(
            [
                Branch(one.callback_key, one, [Leaf(batch.key, batch) for batch in one.batches])
                for one in stale_url
            ]
        )

    def address_of(self, index: Index) -> StaleUrlBatches | None:
        """Return the address of a row; of a batch's row, the one above it."""
        row = self.row(index)
        if isinstance(row, BatchRecord):
            row = self.row(self.parent(index))
        return row if isinstance(row, StaleUrlBatches) else None


class StaleUrlPage(ListPage):
    """Addresses other than the one in use, each with its batches.

    Signals:
        restore_requested: use the address of a `StaleUrlBatches` again.
        done_requested: mark the batches of a `StaleUrlBatches` as done.
    """

    restore_requested = Signal(object)
    done_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.addresses = StaleUrlModel()
        super().__init__(self.addresses, parent)
        self.addresses.setParent(self)
        self._hint = faint_label(self)
        self.restore, self.done = QPushButton(self), QPushButton(self)
        for button, signal in (
            (self.restore, self.restore_requested),
            (self.done, self.done_requested),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, one=signal: self._ask(one))
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addStretch()
        row.addWidget(self.restore)
        row.addWidget(self.done)
        self.column.insertWidget(0, self._hint)
        self.column.addLayout(row)
        self.tree.selectionModel().currentChanged.connect(self._show_buttons)
        self.retranslate()
        self._show_buttons()

    def show_stale_url(self, found: Sequence[StaleUrlBatches]) -> None:
        """Show these."""
        self.addresses.show_stale_url(found)
        if found and not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.addresses.index(0, 0))
        self.tree.expandAll()
        self._hint.setVisible(bool(found))
        self._show_buttons()

    def _ask(self, signal: Signal) -> None:
        chosen = self.addresses.address_of(self.tree.currentIndex())
        if chosen is not None:
            signal.emit(chosen)  # type: ignore[attr-defined]  # bound: PySide's stubs say unbound

    def _show_buttons(self) -> None:
        has_chosen = self.addresses.address_of(self.tree.currentIndex()) is not None
        for button in (self.restore, self.done):
            button.setEnabled(has_chosen)
            button.setVisible(not self.is_empty)

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("On an earlier address")

    @override
    def nothing(self) -> str:
        """Return that no batch reports to an earlier address."""
        return self.tr("No unfinished batch reports to an earlier address.")

    @override
    def retranslate(self) -> None:
        """Set all texts in the current language."""
        super().retranslate()
        self._hint.setText(
            self.tr(
                "The SMS service keeps to the address that a batch was sent with. What leads here "
                "arrives, whichever is connected. Where one is not reachable, let a tunnel lead "
                "from it to this computer again, then connect it here; a quick tunnel's address is "
                "gone for good. Reports of archived batches are not waited for."
            )
        )
        self.restore.setText(self.tr("Connect this address again"))
        self.done.setText(self.tr("Archive its batches"))

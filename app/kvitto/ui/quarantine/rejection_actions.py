"""What can be done with what was refused: read it again, delete it, export it."""

import asyncio
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.receiver.control_messages import Reprocess
from kvitto.receiver.receiver_errors import error_of
from kvitto.store.errors import StoreError
from kvitto.store.mutations import DeleteRejections
from kvitto.store.quarantine import QuarantineReader, Rejections
from kvitto.store.rights import Right
from kvitto.ui.quarantine.rejection_list import RejectionList
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_AT_ONCE: Final = 500
_LOOK_EVERY_S: Final = 0.2
_ICONS: Final = ("refresh", "delete-outline", "export-variant")
_SHOW_AFTER_MS = 300


class BusyBar(QWidget):
    """Shows progress in numbers once a work takes longer than a moment."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `begin`."""
        super().__init__(parent)
        self._is_stopped = False
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._stop = QPushButton(self)
        self._stop.clicked.connect(self._on_stop)
        self._delay = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._delay.timeout.connect(self.show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self._bar, 1)
        row.addWidget(self._label)
        row.addWidget(self._stop)
        self.hide()
        self._retranslate()

    def may_go_on(self) -> bool:
        """Tell whether the user lets the work go on."""
        return not self._is_stopped

    def begin(self, total: int) -> None:
        """Begin a work on so many bodies."""
        self._is_stopped = False
        self._stop.setEnabled(True)
        self._bar.setMaximum(total)
        self.step_to(0)
        self._delay.start()

    def step_to(self, done: int) -> None:
        """Say how many bodies are done."""
        self._bar.setValue(done)
        self._label.setText(
            self.tr("{done} of {total}").format(
                done=formatting.number(done), total=formatting.number(self._bar.maximum())
            )
        )

    def end(self) -> None:
        """End the work."""
        self._delay.stop()
        self.hide()

    def stop(self) -> None:
        """Have the work stop at its next part."""
        self._is_stopped = True

    def _on_stop(self) -> None:
        self.stop()
        self._stop.setEnabled(False)

    def _retranslate(self) -> None:
        self._stop.setText(self.tr("Stop"))
        self._bar.setAccessibleName(self.tr("Progress"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


class RejectionActions(QWidget):
    """Buttons for what is chosen in a list, and what became of it.

    Signals:
        failed: a sentence that says what could not be read or written.
        export_requested: all that was refused is to be exported.
    """

    failed = Signal(str)
    export_requested = Signal()

    def __init__(
        self, context: Context, reader: QuarantineReader, listed: RejectionList, parent: QWidget
    ) -> None:
        """Do things with what is chosen in `listed`."""
        super().__init__(parent)
        self._context = context
        self._reader = reader
        self._listed = listed
        self._rejections: Rejections | None = None
        self._result: Reprocess | None = None
        self._question: QMessageBox | None = None
        self._is_busy = False
        self._is_closed = False
        self._busy = BusyBar(self)
        self._said = text_label(self, is_faint=True)
        self._told = text_label(self)
        self._again, self._delete, self._export = (QPushButton(self) for _ in _ICONS)
        context.permissions.guard(Right.EDIT, self._delete)
        context.permissions.guard(Right.SEE, self._export)
        self._lay_out()
        self._again.clicked.connect(self.start_reprocess)
        self._delete.clicked.connect(self.ask_to_delete)
        self._export.clicked.connect(self.export_requested)
        listed.read.connect(self._on_read)
        listed.chosen.connect(self._show)
        self._retranslate()
        status = context.backend.outlook.status
        running = None if status is None else status.reprocess
        if running is not None and running.is_running:
            # A window before this one has begun it.
            self._set_busy(is_busy=True)
            context.tasks.start(self._follow_running(running), "read again")

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(self._said, 1)
        for button in (self._again, self._delete, self._export):
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._busy)
        column.addWidget(self._told)
        column.addLayout(buttons)

    @property
    def said(self) -> str:
        """What is chosen."""
        return self._said.text()

    @property
    def told(self) -> str:
        """What became of what was read again last."""
        return self._told.text()

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._is_busy

    @property
    def question(self) -> QMessageBox | None:
        """The question that is asked now."""
        return self._question

    def close_working(self) -> None:
        """Stop at the next part: the window goes."""
        self._is_closed = True

    # --- What is shown --------------------------------------------------------------------------

    def _on_read(self, rejections: Rejections) -> None:
        self._rejections = rejections
        self._show()

    def _show(self) -> None:
        has_any = self._rejections is not None and bool(self._rejections.groups)
        for button in (self._again, self._delete, self._export):
            button.setEnabled(has_any and not self._is_busy)
        self._said.setText(self._chosen_text() if has_any else "")
        self._told.setText(self._result_text())
        self._told.setVisible(self._result is not None)

    def _chosen_text(self) -> str:
        chosen = len(self._listed.chosen_records())
        if chosen:
            return self.tr("Chosen: {count}").format(count=formatting.number(chosen))
        return self.tr("Chosen: the whole group, {count}").format(
            count=formatting.number(self._listed.group_size())
        )

    def _result_text(self) -> str:
        result = self._result
        if result is None:
            return ""
        return self.tr(
            "Read again: {stored} stored as reports, {known} had come already, {refused} stay here."
        ).format(
            stored=formatting.number(result.stored),
            known=formatting.number(result.known),
            refused=formatting.number(result.refused),
        )

    # --- What is done ---------------------------------------------------------------------------

    def start_reprocess(self) -> None:
        """Read what is chosen again by today's rules, in the background."""
        if not self._is_busy:
            self._set_busy(is_busy=True)
            self._context.tasks.start(self._read_again(), "read again")

    async def _read_again(self) -> None:
        link, in_thread = self._context.backend.link, self._context.tasks.in_thread
        result: Reprocess | None = None
        try:
            keys = await self._chosen_keys()
            self._busy.begin(len(keys))
            begun = await in_thread(lambda: link.client().start_reprocess(keys))
            result = await self._follow(begun)
        except StoreError as error:
            self.failed.emit(error_text(error))
        finally:
            self._done(result)

    async def _follow_running(self, running: Reprocess) -> None:
        self._busy.begin(running.total)
        result: Reprocess | None = None
        try:
            result = await self._follow(running)
        finally:
            self._done(result)

    async def _follow(self, result: Reprocess) -> Reprocess:
        """Show how far the receiver is, and stop it where the user wants that; until it is done.

        It goes on when this window is closed.
        """
        link, in_thread = self._context.backend.link, self._context.tasks.in_thread
        is_stopped = False
        asked: int | None = None
        while result.is_running and not self._is_closed:
            self._busy.step_to(result.done)
            if not (is_stopped or self._busy.may_go_on()):
                is_stopped = True
                await in_thread(lambda: link.client().stop_reprocess())
            outlook = link.outlook
            told = outlook.status
            if told is None or asked not in {None, told.pid}:
                # It has ended before it was done; what it has not read stays here.
                return result
            asked = told.pid
            now = told.reprocess
            if now is None or now.number < result.number or now == result:
                await in_thread(link.wait_for_news, outlook, _LOOK_EVERY_S)
            else:
                result = now
        if result.failure and not self._is_closed:
            self.failed.emit(error_text(error_of(result.failure)))
        return result

    def ask_to_delete(self) -> None:
        """Ask whether what is chosen is to be deleted."""
        if self._is_busy or self._question is not None:
            return
        count = len(self._listed.chosen_records()) or self._listed.group_size()
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Delete"))
        box.setText(
            self.tr("Delete what is chosen ({count})?").format(count=formatting.number(count))
        )
        box.setInformativeText(
            self.tr(
                "The bytes are gone then. What the SMS service still tries again comes back, as a "
                "report or here."
            )
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        take_icons_off(box)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._question = box

        def on_finished() -> None:
            self._question = None
            if box.clickedButton() is delete and not self._is_busy:
                self._set_busy(is_busy=True)
                self._context.tasks.start(self._delete_chosen(), "delete refused")

        box.finished.connect(on_finished)
        box.open()

    async def _delete_chosen(self) -> None:
        try:
            keys = await self._chosen_keys()
            self._busy.begin(len(keys))
            for start in range(0, len(keys), _AT_ONCE):
                if self._is_closed or not self._busy.may_go_on():
                    break
                piece = tuple(keys[start : start + _AT_ONCE])
                await asyncio.wrap_future(self._context.backend.edit(DeleteRejections(piece)))
                if not self._is_closed:
                    self._busy.step_to(start + len(piece))
        except StoreError as error:
            self.failed.emit(error_text(error))
        finally:
            self._done(None)

    async def _chosen_keys(self) -> list[int]:
        """Return the keys of the chosen bodies; of a group, of those that are shown as its own."""
        chosen = self._listed.chosen_records()
        if chosen:
            return sorted(record.key for record in chosen)
        newest = 0 if self._rejections is None else self._rejections.newest
        return await self._context.tasks.in_thread(
            self._reader.keys, self._listed.scope, up_to=newest
        )

    def _done(self, result: Reprocess | None) -> None:
        if not self._is_closed:
            self._busy.end()
            self._result = result
            self._set_busy(is_busy=False)
            self._listed.refresh()

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._show()

    # --- Language and theme ---------------------------------------------------------------------

    def _retranslate(self) -> None:
        self._again.setText(self.tr("&Read again"))
        self._again.setToolTip(
            self.tr("Read what is chosen by today's rules, and store what is a report now")
        )
        self._delete.setText(self.tr("&Delete…"))
        self._export.setText(self.tr("&Export all…"))
        self._show_icons()
        self._show()

    def _show_icons(self) -> None:
        for button, name in zip((self._again, self._delete, self._export), _ICONS, strict=True):
            button.setIcon(icon(name))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()

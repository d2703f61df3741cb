"""A tunnel that Kvitto runs: chosen, started, stopped, and what its program says when it fails."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QFontDatabase, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.reachability.input_errors import InputError, TunnelConfigError
from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.tunnels.commands import STARTABLE
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider, checked
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.provider_text import Need, kind_text, needs_of, tunnel_text
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import STEP

_RUNNING: Final = frozenset({TunnelStage.STARTING, TunnelStage.UP, TunnelStage.WAITING})
_FAILING: Final = frozenset({TunnelStage.WAITING, TunnelStage.MISSING})
_LINES_HEIGHT: Final = 24 * STEP


class TunnelPanel(QWidget):
    """Starts and stops a tunnel.

    Signals:
        start_requested: a `TunnelConfig`.
        stop_requested: stop the one that runs.
    """

    start_requested = Signal(object)
    stop_requested = Signal()

    def __init__(
        self,
        installed: Collection[TunnelProvider],
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Offer the tunnels of which the program is installed."""
        super().__init__(parent)
        self._installed = installed
        self._now = now
        self._tunnel: TunnelState | None = None
        self._kind = QComboBox(self)
        for kind in STARTABLE:
            self._kind.addItem("", kind.value)
        # As wide as the panel, not as its longest text.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._kind.setSizeAdjustPolicy(policy)
        self._kind.setMinimumContentsLength(20)
        self._kind.currentIndexChanged.connect(self._on_kind)
        self._fields = {name: QLineEdit(self) for name in ("name", "remote", "url")}
        self._labels = {name: QLabel(self) for name in self._fields}
        for name, field in self._fields.items():
            field.textChanged.connect(self._show_buttons)
            self._labels[name].setBuddy(field)
        self.start, self._stop = QPushButton(self), QPushButton(self)
        for button in (self.start, self._stop):
            button.setAutoDefault(False)
        self.start.clicked.connect(self._on_start)
        self._stop.clicked.connect(self.stop_requested)
        self._problem = faint_label(self)
        self._told = text_label(self)
        self._lines = QPlainTextEdit(self)
        self._lines.setReadOnly(True)
        self._lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._lines.setFixedHeight(_LINES_HEIGHT)
        self._lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._more = QPushButton(self)
        self._more.setAutoDefault(False)
        self._more.setCheckable(True)
        self._more.toggled.connect(lambda _is_shown: self._show_lines())
        self._lay_out()
        self._pick_first_installed()
        self._retranslate()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._kind, 1)
        row.addWidget(self.start)
        row.addWidget(self._stop)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(3 * STEP)
        self._form.setVerticalSpacing(STEP)
        for name, field in self._fields.items():
            self._form.addRow(self._labels[name], field)
        said = QHBoxLayout()
        said.setSpacing(2 * STEP)
        said.addWidget(self._told, 1)
        said.addWidget(self._more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addLayout(row)
        column.addLayout(self._form)
        column.addWidget(self._problem)
        column.addLayout(said)
        column.addWidget(self._lines)

    @property
    def text(self) -> str:
        """The status text of the running tunnel."""
        return self._told.text()

    @property
    def problem(self) -> str:
        """Why what is typed can't be started; "" where it can."""
        return self._problem.text()

    @property
    def lines(self) -> str:
        """The last lines of its program, while they are shown."""
        return "" if self._lines.isHidden() else self._lines.toPlainText()

    def show_tunnel(self, tunnel: TunnelState | None) -> None:
        """Show how far the tunnel is that we run."""
        if tunnel is not None and self._tunnel is None:
            self._fill_in(tunnel.config)
        self._tunnel = tunnel
        self._show_state()

    @property
    def _chosen(self) -> TunnelProvider:
        return TunnelProvider(self._kind.currentData())

    def _pick_first_installed(self) -> None:
        for place, kind in enumerate(STARTABLE):
            if kind in self._installed:
                self._kind.setCurrentIndex(place)
                return

    def _fill_in(self, config: TunnelConfig) -> None:
        place = self._kind.findData(config.kind.value)
        if place >= 0:
            self._kind.setCurrentIndex(place)
        for name, value in (("name", config.name), ("remote", config.remote), ("url", config.url)):
            self._fields[name].setText(value)

    def _needs(self) -> dict[str, Need | None]:
        return needs_of(self._chosen)._asdict()

    def _on_kind(self) -> None:
        for name, need in self._needs().items():
            self._form.setRowVisible(self._fields[name], need is not None)
        self._retranslate_fields()
        self._show_buttons()

    def _on_start(self) -> None:
        self.start_requested.emit(checked(self._order()))

    def _order(self) -> TunnelConfig:
        """Return what is typed; it may make no sense."""
        given = {
            name: self._fields[name].text().strip()
            for name, need in self._needs().items()
            if need is not None
        }
        return TunnelConfig(self._chosen, **given)

    def _find_problem(self) -> str:
        """Return a sentence that says why what is typed can't be started; "" where it can."""
        try:
            checked(self._order())
        except TunnelConfigError as error:
            return error_text(error)
        return ""

    def _show_state(self) -> None:
        tunnel = self._tunnel
        self._told.setText("" if tunnel is None else tunnel_text(tunnel, self._now()))
        self._told.setVisible(tunnel is not None)
        has_lines = tunnel is not None and bool(_lines_of(tunnel))
        self._more.setVisible(has_lines)
        self._show_lines()
        self._show_buttons()

    def _show_lines(self) -> None:
        tunnel = self._tunnel
        is_failing = tunnel is not None and tunnel.stage in _FAILING
        text = "" if tunnel is None else "\n".join(_lines_of(tunnel))
        self._lines.setVisible(bool(text) and (is_failing or self._more.isChecked()))
        if text != self._lines.toPlainText():
            self._lines.setPlainText(text)
            bar = self._lines.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _show_buttons(self) -> None:
        is_running = self._tunnel is not None and self._tunnel.stage in _RUNNING
        has_all = all(
            need is None or need.is_optional or self._fields[name].text().strip()
            for name, need in self._needs().items()
        )
        problem = self._find_problem() if has_all and not is_running else ""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.start.setVisible(not is_running)
        self.start.setEnabled(has_all and not problem and self._chosen in self._installed)
        self._stop.setVisible(is_running)
        for widget in (self._kind, *self._fields.values()):
            widget.setEnabled(not is_running)

    # --- Texts ----------------------------------------------------------------------------------

    def _retranslate_fields(self) -> None:
        for name, need in self._needs().items():
            if need is not None:
                self._labels[name].setText(need.label)
                self._fields[name].setPlaceholderText(need.example)

    def _retranslate(self) -> None:
        missing = self.tr("{tunnel} (not installed)")
        model = self._kind.model()
        for place, kind in enumerate(STARTABLE):
            text, is_there = kind_text(kind), kind in self._installed
            self._kind.setItemText(place, text if is_there else missing.format(tunnel=text))
            if isinstance(model, QStandardItemModel):
                model.item(place).setEnabled(is_there)
        self._kind.setAccessibleName(self.tr("Tunnel"))
        self.start.setText(self.tr("Start"))
        self._stop.setText(self.tr("Stop"))
        self._more.setText(self.tr("Its last lines"))
        self._lines.setAccessibleName(self.tr("The last lines of the tunnel's program"))
        self._on_kind()
        self._show_state()

    @override
    def sizeHint(self) -> QSize:
        """Return a width in which an address fits."""
        return super().sizeHint().expandedTo(QSize(90 * STEP, 0))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


def _lines_of(tunnel: TunnelState) -> tuple[str, ...]:
    """Return what its program said, or why it has none."""
    return tunnel.lines if tunnel.fault is None else (error_text(InputError(tunnel.fault)),)

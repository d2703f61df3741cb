"""Notices by the desktop's own service: GNOME shows them, and has no tray.

Source: freedesktop.org's Desktop Notifications Specification, 1.2.
"""

import contextlib
import html
import logging
import queue
import sys
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from kvitto.ui.services.from_threads import CallsFromThreads

if TYPE_CHECKING:
    from jeepney import DBusAddress

    from kvitto.sleep_inhibitor.session_bus import Bus, Signals

log = logging.getLogger(__name__)

_SERVICE: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_ANSWER_S: Final = 5.0
_LOOK_S: Final = 1.0
_LONGEST: Final = 3600
"""Looks for a press, until a notice that nobody closes is left alone."""
_DEFAULT: Final = "default"
"""What the service calls a press on the notice itself."""
_BY_SERVER: Final = -1
"""How long it is shown: as the desktop likes."""


class Notice(NamedTuple):
    """A notice: its texts, what it is about, and the word on its button."""

    title: str
    text: str
    about: object
    button: str


class DesktopNotices(QObject):
    """Shows notices, and tells which was pressed.

    Belongs to the window's thread; a thread of its own speaks with the desktop, from the first
    notice on, and looks once a second for a press while a notice is shown.

    Signals:
        opened: the user pressed a notice; what it was about.
        failed: a `Notice` that can't be shown in this way.
    """

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start nothing yet."""
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._desktop = _Desktop(weakref.ref(self), CallsFromThreads(self))

    def show(self, notice: Notice) -> None:
        """Show a notice."""
        if sys.platform == "linux":
            self._desktop.waiting.put(notice)
            if self._thread is None:
                # A daemon: a program must be able to end while the desktop does not answer.
                self._thread = threading.Thread(
                    target=self._desktop.run, name="kvitto-notices", daemon=True
                )
                self._thread.start()
        else:
            self.failed.emit(notice)

    def stop(self) -> None:
        """Show no more, and hear of no more presses."""
        self._desktop.is_stopped = True
        self._desktop.waiting.put(None)


class _Desktop:
    """The desktop's service, as its thread sees it: that must not be the last to hold a `QObject`.

    Args:
        told: whose signals tell what came of a notice; looked up in the window's thread.
        window: makes calls there.
    """

    def __init__(
        self, told: "weakref.ReferenceType[DesktopNotices]", window: CallsFromThreads
    ) -> None:
        self.waiting: Final[queue.SimpleQueue[Notice | None]] = queue.SimpleQueue()
        self.is_stopped = False
        self._told: Final = told
        self._window: Final = window
        self._unshown: Notice | None = None  # the thread's

    def run(self) -> None:
        """Show what waits, until it is stopped; on the thread."""
        # Imported here: most windows never show a notice.
        from kvitto.sleep_inhibitor.session_bus import SESSION, Bus, BusError

        while (notice := self.waiting.get()) is not None:
            self._unshown = notice
            try:
                with contextlib.closing(Bus(SESSION)) as bus:
                    self._serve(bus)
            except BusError as error:
                log.info("The desktop shows no notices: %s", error)
                if self._unshown is not None:
                    self._window.call(partial(_tell_unshown, self._told, self._unshown))
            if self.is_stopped:
                return

    def _serve(self, bus: "Bus") -> None:
        """Show notices until none is left on the screen, or none is to be shown any more."""
        from jeepney import DBusAddress, MatchRule

        address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
        rule = MatchRule(type="signal", interface=_SERVICE, path=_PATH)
        shown: dict[int, object] = {}
        with bus.listening(rule) as signals:
            for _ in range(_LONGEST):
                while self._unshown is not None:
                    shown[_send(bus, address, self._unshown)] = self._unshown.about
                    self._unshown = None if self.waiting.empty() else self.waiting.get()
                if self.is_stopped or not shown:
                    return
                self._hear(signals, shown)
                if not self.waiting.empty():
                    self._unshown = self.waiting.get()

    def _hear(self, signals: "Signals", shown: dict[int, object]) -> None:
        """Wait for a moment; what was pressed is told, what was closed is no longer waited for."""
        values = signals.wait(_LOOK_S)
        if values is None or len(values) != 2 or values[0] not in shown:
            return
        number, what = values
        if isinstance(what, str):  # ActionInvoked: which button
            self._window.call(partial(_tell_pressed, self._told, shown[number]))
        else:  # NotificationClosed: why
            del shown[number]


def _tell_pressed(told: "weakref.ReferenceType[DesktopNotices]", about: object) -> None:
    if (notices := told()) is not None:
        notices.opened.emit(about)


def _tell_unshown(told: "weakref.ReferenceType[DesktopNotices]", notice: Notice) -> None:
    if (notices := told()) is not None:
        notices.failed.emit(notice)


def _send(bus: "Bus", address: "DBusAddress", notice: Notice) -> int:
    """Have a notice shown; return its number."""
    [capabilities] = bus.call(address, "GetCapabilities", "", timeout_s=_ANSWER_S).body
    # Only where it would be read as HTML: a batch may be called "<b>".
    is_html = "body-markup" in capabilities
    text = html.escape(notice.text, quote=False) if is_html else notice.text
    # Without a word for the press on the notice itself: some desktops make a button of it, too.
    actions = ["show", notice.button, _DEFAULT, ""] if "actions" in capabilities else []
    hints = {"desktop-entry": ("s", "kvitto")}
    values = ("Kvitto", 0, "kvitto", notice.title, text, actions, hints, _BY_SERVER)
    [number] = bus.call(address, "Notify", "susssasa{sv}i", *values, timeout_s=_ANSWER_S).body
    return int(number)

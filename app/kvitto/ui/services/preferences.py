"""What the user prefers, and the layout of the window: `settings.ini` of the data folder."""

import logging
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.receiver.urls import DEFAULT_HOST, DEFAULT_PORT
from kvitto.user_settings import SETTINGS_FILE

log = logging.getLogger(__name__)

FILE_NAME: Final = SETTINGS_FILE
MAX_RETENTION_DAYS: Final = 3650
MAX_FAILURE_LEAST: Final = 100_000
MAX_SILENCE_MINUTES: Final = 7 * 24 * 60

MONTH_BUDGET: Final = "month_budget"
"""The preference of a currency's budget is `month_budget/EUR`: nano-units, as text."""
_NO_CURRENCY: Final = "none"

T = TypeVar("T", bool, int, str)


class Language(StrEnum):
    """The languages that the window speaks."""

    SYSTEM = "system"
    ENGLISH = "en"
    SWEDISH = "sv"


class ThemeChoice(StrEnum):
    """The themes that the user may ask for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class OnClose(StrEnum):
    """What closing the window does."""

    ASK = "ask"
    TRAY = "tray"
    STOP = "stop"


class Preferences(QObject):
    """The preferences, each a property with its type and its default.

    Belongs to the window's thread.

    Signals:
        changed: the name of the preference that was changed, once it is kept.
    """

    changed = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Keep the preferences of the data folder `folder`, which must exist.

        Where its file can't be made, they are kept until the end only: the disk may be full.
        """
        super().__init__(parent)
        file = folder / FILE_NAME
        try:
            file.touch(mode=0o600)
        except OSError as error:
            log.warning("The settings can't be kept: %s", error)
        self._kept = QSettings(str(file), QSettings.Format.IniFormat, self)
        self._shared: dict[str, bool | int] = {}
        self._on_shared: Callable[[str, bool | int], None] = lambda _name, _value: None

    def get(self, name: str, default: T) -> T:
        """Return a preference of the type of its default; the default where none is kept."""
        if name in self._shared:
            return type(default)(self._shared[name])
        value: Any = self._kept.value(name, default, type(default))
        return value if isinstance(value, type(default)) else default

    def put(self, name: str, value: T) -> None:
        """Keep a preference, and tell where it changed."""
        if name in self._shared:
            if self._shared[name] != value:
                assert not isinstance(value, str)
                self._on_shared(name, value)
            return
        if self._kept.contains(name) and self.get(name, value) == value:
            return
        self._kept.setValue(name, value)
        self.changed.emit(name)

    def share(
        self, values: Mapping[str, bool | int], on_put: Callable[[str, bool | int], None]
    ) -> None:
        """Have some preferences be those of all who use the store, instead of the ones kept here.

        Args:
            values: what they are now.
            on_put: is called with what the user changes, which is not kept here.
        """
        changed = [name for name, value in values.items() if self._shared.get(name) != value]
        is_new, self._shared, self._on_shared = not self._shared, dict(values), on_put
        for name in [] if is_new else changed:
            self.changed.emit(name)

    def fill_up(self, others: "Preferences", names: Iterable[str]) -> None:
        """Keep what others keep of these preferences, where nothing is kept here."""
        given = others._kept  # noqa: SLF001 - of the same class
        for name in names:
            if given.contains(name) and not self._kept.contains(name):
                self._kept.setValue(name, given.value(name))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept yet."""
        return not self._kept.allKeys()

    def names(self, group: str) -> list[str]:
        """Return what is kept as `group/name`: the names."""
        self._kept.beginGroup(group)
        try:
            return self._kept.childKeys()
        finally:
            self._kept.endGroup()

    def month_budget(self, currency: str) -> int:
        """Return the budget of a month in a currency, in nano-units; 0 for none."""
        kept = self.get(budget_name(currency), "0")
        return int(kept) if kept.isascii() and kept.isdigit() else 0

    def state(self, name: str) -> QByteArray:
        """Return how a widget was left, as its own `saveState` wrote it; empty where unknown."""
        value: Any = self._kept.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def put_state(self, name: str, state: QByteArray) -> None:
        """Keep how a widget was left."""
        self._kept.setValue(f"state/{name}", state)

    def flush(self) -> None:
        """Write to the disk now."""
        self._kept.sync()

    # --- What the user prefers ------------------------------------------------------------------

    @property
    def theme(self) -> ThemeChoice:
        """Light, dark, or as the system."""
        return _member(ThemeChoice, self.get("theme", ThemeChoice.SYSTEM.value), ThemeChoice.SYSTEM)

    @property
    def language(self) -> Language:
        """The window's language."""
        return _member(Language, self.get("language", Language.SYSTEM.value), Language.SYSTEM)

    @property
    def on_close(self) -> OnClose:
        """What closing the window does."""
        return _member(OnClose, self.get("on_close", OnClose.ASK.value), OnClose.ASK)

    @property
    def host(self) -> str:
        """The address to listen on, from the next start."""
        return self.get("host", DEFAULT_HOST)

    @property
    def port(self) -> int:
        """The port to listen on, from the next start."""
        return self.get("port", DEFAULT_PORT)

    @property
    def receives_here(self) -> bool:
        """Whether reports into a store on a server are received on this computer, too."""
        return self.get("receives_here", False)

    @property
    def public_url(self) -> str:
        """The public URL without a path; "" for none."""
        return self.get("public_url", "")

    @property
    def public_kind(self) -> TunnelProvider:
        """The tunnel that the public URL belongs to."""
        return _member(
            TunnelProvider,
            self.get("public_kind", TunnelProvider.OTHER.value),
            TunnelProvider.OTHER,
        )

    @property
    def tunnel(self) -> TunnelConfig | None:
        """The tunnel that is started with Kvitto; None for none."""
        kept = self.get("tunnel", "")
        try:
            return msgspec.json.decode(kept, type=TunnelConfig) if kept else None
        except msgspec.DecodeError:
            return None

    def put_tunnel(self, order: TunnelConfig | None) -> None:
        """Start this tunnel with Kvitto; None for none."""
        self.put("tunnel", "" if order is None else msgspec.json.encode(order).decode())

    @property
    def is_masked(self) -> bool:
        """Whether phone numbers are masked everywhere: for a shared screen."""
        return self.get("is_masked", False)

    @property
    def shows_demo(self) -> bool:
        """Whether demo batches are shown and counted among the real ones."""
        return self.get("shows_demo", False)

    @property
    def shows_done(self) -> bool:
        """Whether batches that are marked done are shown."""
        return self.get("shows_done", False)

    @property
    def keeps_awake(self) -> bool:
        """Whether the computer is kept awake while a batch is waited for."""
        return self.get("keeps_awake", True)

    @property
    def purges(self) -> bool:
        """Whether what is older than `retention_days` is forgotten, once a day."""
        return self.get("forgets", False)

    @property
    def retention_days(self) -> int:
        """How old a batch is when it is forgotten."""
        return _within(self.get("retention_days", 90), 1, MAX_RETENTION_DAYS, 90)

    @property
    def keeps_sums(self) -> bool:
        """Whether the sums of a forgotten batch are kept."""
        return self.get("keeps_sums", True)

    @property
    def next_purging(self) -> str:
        """When is forgotten next, ISO-8601; "" where that is not decided."""
        return self.get("next_purging", "")

    @property
    def is_purge_announced(self) -> bool:
        """Whether the user was told what the first purge by the present rule will forget."""
        return self.get("purge_announced", False)

    @property
    def is_purge_due_first(self) -> bool:
        """Whether what was announced so is still to be forgotten."""
        return self.get("purge_due_first", False)

    @property
    def asks_for_updates(self) -> bool:
        """Whether is asked once a day if a newer version is out."""
        return self.get("asks_for_updates", False)

    @property
    def tells_settled(self) -> bool:
        """Whether a notice tells of finished batches."""
        return self.get("tells_settled", True)

    @property
    def tells_failures(self) -> bool:
        """Whether a notice tells of batches with many failures."""
        return self.get("tells_failures", True)

    @property
    def failure_share(self) -> int:
        """How many per cent of a batch's finished messages are many failures."""
        return _within(self.get("failure_share", 10), 1, 100, 10)

    @property
    def failure_least(self) -> int:
        """How many messages must be finished before the share of failures says anything."""
        return _within(self.get("failure_least", 20), 1, MAX_FAILURE_LEAST, 20)

    @property
    def watches_books(self) -> bool:
        """Whether iP.1 is asked about unfinished batches instead of a tunnel."""
        return self.get("watches_books", False)

    @property
    def keeps_texts(self) -> bool:
        """Whether the texts of batches are kept."""
        return self.get("keeps_texts", False)

    @property
    def tells_silence(self) -> bool:
        """Whether a notice tells that nothing is heard while something is not finished."""
        return self.get("tells_silence", False)

    @property
    def silence_minutes(self) -> int:
        """How long nothing must be heard for that."""
        return _within(self.get("silence_minutes", 60), 1, MAX_SILENCE_MINUTES, 60)


Choice = TypeVar("Choice", bound=StrEnum)


def _member(kind: type[Choice], value: str, default: Choice) -> Choice:
    return kind(value) if value in list(kind) else default


def _within(value: int, least: int, most: int, default: int) -> int:
    return value if least <= value <= most else default


def budget_name(currency: str) -> str:
    """Return the name of the preference of a currency's budget; "" for prices without one."""
    return f"{MONTH_BUDGET}/{currency or _NO_CURRENCY}"

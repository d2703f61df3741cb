"""The menus: every command of the window, with its words and its keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu
from typing_extensions import override

from kvitto.store.rights import Right
from kvitto.ui.services.permissions import Permissions
from kvitto.ui.services.preferences import Language, Preferences, ThemeChoice
from kvitto.ui.services.undo import Undo


@dataclass(frozen=True)
class Commands:
    """What the menus can do. Each is called without arguments, but for the switches' state.

    Attributes:
        export: export one of `kvitto.export.kinds.EXPORT_KINDS`.
        settings, quit_: show the settings; stop receiving and end.
        find, follow: go to the search field; keep the newest in view, or not.
        show_costs, show_details: show these parts of the window, or not.
        follow_up, dead_numbers: list those who did not get it, among what is shown; the numbers
            that don't work.
        month: show what a month cost.
        ask: ask iP.1 about every batch that it has not confirmed.
        copy_url, reachability, refused, sample, demo: copy the callback URL; show its checks; show
            what was refused; send a test report; send a demo campaign.
        backup, restore: copy everything to a file; put such a copy in the place of what is there.
        undo: take back what was done last.
        todo, bin: show what is wrong; show what was deleted.
        guide, shortcuts, legend, folder, about: help.
    """

    export: Callable[[str], None]
    settings: Callable[[], None]
    quit_: Callable[[], None]
    find: Callable[[], None]
    follow: Callable[[bool], None]
    show_costs: Callable[[bool], None]
    show_details: Callable[[bool], None]
    follow_up: Callable[[], None]
    dead_numbers: Callable[[], None]
    month: Callable[[], None]
    ask: Callable[[], None]
    copy_url: Callable[[], None]
    reachability: Callable[[], None]
    refused: Callable[[], None]
    sample: Callable[[], None]
    demo: Callable[[], None]
    backup: Callable[[], None]
    restore: Callable[[], None]
    undo: Callable[[], None]
    todo: Callable[[], None]
    bin: Callable[[], None]
    guide: Callable[[], None]
    shortcuts: Callable[[], None]
    legend: Callable[[], None]
    folder: Callable[[], None]
    about: Callable[[], None]


_SWITCHES: Final = ("is_masked", "shows_demo", "shows_done")


class Menus(QObject):
    """Fills a window's menu bar, and keeps its words and its ticks right.

    Attributes:
        costs, details: the switches of these parts of the window.
        follow: the switch that keeps the newest in view.
    """

    def __init__(
        self,
        window: QMainWindow,
        preferences: Preferences,
        commands: Commands,
        permissions: Permissions,
    ) -> None:
        """Fill the menu bar of `window`."""
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        bar = window.menuBar()
        self._file, self._edit, self._view, self._tools, self._help = (
            bar.addMenu("") for _ in range(5)
        )
        self._fill_file(commands)
        self._undo = self._command(commands.undo, "Ctrl+Z")
        self._undo.setEnabled(False)
        self._edit.addAction(self._undo)
        self._fill_view(commands)
        self._fill_tools_and_help(commands)
        self._tools.setToolTipsVisible(True)  # of what this user may not do, they say why
        permissions.guard(Right.SEE, self._dead_numbers, self._refused)
        permissions.guard(Right.EDIT, self._ask)
        permissions.guard(Right.RECEIVE, self._copy_url, self._sample, self._demo)
        preferences.changed.connect(self._on_preference)
        window.installEventFilter(self)
        self.retranslate()

    @property
    def groups(self) -> Sequence[tuple[str, Sequence[QAction]]]:
        """All commands by the menu that they are in; the last ones are those of a table's row."""
        menus = (self._file, self._export, self._edit, self._view, self._tools, self._help)
        groups = [(menu.title(), menu.actions()) for menu in menus]
        in_menus = {action for _, actions in groups for action in actions}
        others = [one for one in self._window.findChildren(QAction) if one not in in_menus]
        return [*groups, (self.tr("In the table"), others)]

    def watch(self, undo: Undo) -> None:
        """Let what was done last be taken back while there is anything."""
        undo.changed.connect(lambda: self._undo.setEnabled(undo.can_undo))

    def _fill_file(self, commands: Commands) -> None:
        self._export = self._file.addMenu("")
        self._messages = self._command(lambda: commands.export("messages"), "Ctrl+E")
        self._reports = self._command(lambda: commands.export("reports"))
        self._batches = self._command(lambda: commands.export("batches"))
        self._export.addActions([self._messages, self._reports, self._batches])
        self._settings = self._command(commands.settings, "Ctrl+,")
        self._settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self._quit = self._command(commands.quit_, "Ctrl+Q")
        self._quit.setMenuRole(QAction.MenuRole.QuitRole)
        self._file.addAction(self._settings)
        self._file.addSeparator()
        self._file.addAction(self._quit)

    def _fill_view(self, commands: Commands) -> None:
        self._find = self._command(commands.find, "Ctrl+F")
        self._edit.addAction(self._find)
        self.follow = self._switch(commands.follow, "Ctrl+L")
        self._preferred = {name: self._preference_switch(name) for name in _SWITCHES}
        self._preferred["is_masked"].setShortcut(QKeySequence("F9"))
        self.costs = self._switch(commands.show_costs, "Ctrl+2", is_on=True)
        self.details = self._switch(commands.show_details, "Ctrl+3", is_on=True)
        self._view.addActions([self.follow])
        self._view.addSeparator()
        self._view.addActions(list(self._preferred.values()))
        self._view.addSeparator()
        self._view.addActions([self.costs, self.details])
        self._view.addSeparator()
        self._themes = self._choices("theme", list(ThemeChoice))
        self._languages = self._choices("language", list(Language))

    def _fill_tools_and_help(self, commands: Commands) -> None:
        self._follow_up = self._command(commands.follow_up, "Ctrl+Shift+G")
        self._dead_numbers = self._command(commands.dead_numbers)
        self._month = self._command(commands.month, "Ctrl+M")
        self._ask = self._command(commands.ask)
        self._tools.addActions([self._follow_up, self._dead_numbers, self._month, self._ask])
        self._tools.addSeparator()
        self._copy_url = self._command(commands.copy_url, "Ctrl+Shift+C")
        self._reachability = self._command(commands.reachability, "Ctrl+T")
        self._refused = self._command(commands.refused, "Ctrl+J")
        self._todo = self._command(commands.todo, "Ctrl+Shift+T")
        self._bin = self._command(commands.bin)
        self._sample = self._command(commands.sample)
        self._demo = self._command(commands.demo)
        self._tools.addActions([self._copy_url, self._reachability, self._refused, self._todo])
        self._tools.addSeparator()
        self._tools.addActions([self._sample, self._demo])
        self._backup = self._command(commands.backup)
        self._tools.addSeparator()
        self._restore = self._command(commands.restore)
        self._tools.addActions([self._bin, self._backup, self._restore])
        self._guide = self._command(commands.guide, "F1")
        # In every window, not in this one alone.
        self._guide.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self._shortcuts = self._command(commands.shortcuts, "Ctrl+F1")
        self._legend = self._command(commands.legend)
        self._folder = self._command(commands.folder)
        self._about = self._command(commands.about)
        self._about.setMenuRole(QAction.MenuRole.AboutRole)
        self._help.addActions([self._guide, self._shortcuts, self._legend, self._folder])
        self._help.addSeparator()
        self._help.addAction(self._about)

    def _command(self, act: Callable[[], None], keys: str = "") -> QAction:
        action = QAction(self._window)
        action.triggered.connect(lambda _checked=False: act())
        if keys:
            action.setShortcut(QKeySequence(keys))
        return action

    def _switch(self, act: Callable[[bool], None], keys: str, *, is_on: bool = False) -> QAction:
        action = QAction(self._window, checkable=True, checked=is_on)
        action.toggled.connect(act)
        action.setShortcut(QKeySequence(keys))
        return action

    def _preference_switch(self, name: str) -> QAction:
        is_on = self._preferences.get(name, default=False)
        action = QAction(self._window, checkable=True, checked=is_on)
        action.toggled.connect(lambda is_on: self._preferences.put(name, is_on))
        return action

    def _choices(self, name: str, values: Sequence[ThemeChoice] | Sequence[Language]) -> QMenu:
        """Make a menu of the values of a preference, one of which is ticked."""
        menu = self._view.addMenu("")
        group = QActionGroup(menu)
        for value in values:
            action = menu.addAction("")
            action.setCheckable(True)
            action.setData(value.value)
            group.addAction(action)
            action.triggered.connect(
                lambda _checked=False, value=value.value: self._preferences.put(name, value)
            )
        return menu

    # --- Ticks and words ------------------------------------------------------------------------

    def _on_preference(self, name: str) -> None:
        if name in self._preferred:
            self._preferred[name].setChecked(self._preferences.get(name, default=False))
        self._tick()

    def _tick(self) -> None:
        chosen = (
            (self._themes, self._preferences.theme.value),
            (self._languages, self._preferences.language.value),
        )
        for menu, value in chosen:
            for action in menu.actions():
                action.setChecked(action.data() == value)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        for menu, title in (
            (self._file, self.tr("&File")),
            (self._edit, self.tr("&Edit")),
            (self._view, self.tr("&View")),
            (self._tools, self.tr("&Tools")),
            (self._help, self.tr("&Help")),
            (self._export, self.tr("&Export")),
            (self._themes, self.tr("&Theme")),
            (self._languages, self.tr("&Language")),
        ):
            menu.setTitle(title)
        for action, text in (
            (self._messages, self.tr("&Messages…")),
            (self._reports, self.tr("Every &report…")),
            (self._batches, self.tr("&Batches…")),
            (self._settings, self.tr("&Settings…")),
            (self._quit, self.tr("&Quit")),
            (self._undo, self.tr("&Undo")),
            (self._find, self.tr("&Find")),
            (self.follow, self.tr("F&ollow the newest")),
            (self._preferred["is_masked"], self.tr("&Mask phone numbers")),
            (self._preferred["shows_demo"], self.tr("Show &demo batches")),
            (self._preferred["shows_done"], self.tr("&Show archived batches")),
            (self.costs, self.tr("&Charts")),
            (self.details, self.tr("D&etails")),
            (self._follow_up, self.tr("Those who did not &get it…")),
            (self._dead_numbers, self.tr("&Numbers that don't work…")),
            (self._month, self.tr("What a &month cost…")),
            (self._ask, self.tr("&Ask iP.1 about all batches")),
            (self._copy_url, self.tr("&Copy callback URL")),
            (self._reachability, self.tr("Callback &URL…")),
            (self._refused, self.tr("What was &refused…")),
            (self._todo, self.tr("To do &list…")),
            (self._bin, self.tr("B&in…")),
            (self._sample, self.tr("Send a &test report to myself")),
            (self._demo, self.tr("Send a &demo campaign…")),
            (self._backup, self.tr("&Back up…")),
            (self._restore, self.tr("Rest&ore…")),
            (self._guide, self.tr("&User guide")),
            (self._shortcuts, self.tr("&Keyboard shortcuts")),
            (self._legend, self.tr("&Status legend")),
            (self._folder, self.tr("Open the &data folder")),
            (self._about, self.tr("&About Kvitto")),
        ):
            action.setText(text)
        names = {
            ThemeChoice.SYSTEM.value: self.tr("As the system"),
            ThemeChoice.LIGHT.value: self.tr("Light"),
            ThemeChoice.DARK.value: self.tr("Dark"),
            Language.ENGLISH.value: "English",
            Language.SWEDISH.value: "Svenska",
        }
        for action in (*self._themes.actions(), *self._languages.actions()):
            action.setText(names[str(action.data())])
        self._tick()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's language."""
        if watched is self._window and event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        return super().eventFilter(watched, event)

"""How the window looks, and what it leaves out."""

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import Language, ThemeChoice
from kvitto.ui.settings.bound import RadioChoice, Switch
from kvitto.ui.settings.settings_page import INDENT, SettingsPage


class AppearancePage(SettingsPage):
    """Theme, language, and what is shown."""

    icon_name = "palette-outline"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__(context, parent)
        preferences = context.preferences
        self._theme_heading = self._add_heading()
        self._theme = RadioChoice(preferences, "theme", ThemeChoice, self)
        self.column.addWidget(self._theme)
        self._language_heading = self._add_heading()
        self._language = RadioChoice(preferences, "language", Language, self)
        self.column.addWidget(self._language)
        self._shown_heading = self._add_heading()
        self._mask = Switch(preferences, "is_masked", self)
        self.column.addWidget(self._mask)
        self._mask_hint = self._add_hint(indent=INDENT)
        self._done = Switch(preferences, "shows_done", self)
        self.column.addWidget(self._done)
        self._demo = Switch(preferences, "shows_demo", self)
        self.column.addWidget(self._demo)
        self.column.addStretch()
        self._retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Appearance")

    @override
    def _retranslate(self) -> None:
        self._theme_heading.setText(self.tr("Theme"))
        themes = {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
        }
        for theme, text in themes.items():
            self._theme.buttons[theme].setText(text)
        self._theme.setAccessibleName(self.tr("Theme"))
        self._language_heading.setText(self.tr("Language"))
        languages = {
            Language.SYSTEM: self.tr("As the system"),
            # Each language is called by its own name, so that it is found by those who need it.
            Language.ENGLISH: "English",
            Language.SWEDISH: "Svenska",
        }
        for language, text in languages.items():
            self._language.buttons[language].setText(text)
        self._language.setAccessibleName(self.tr("Language"))
        self._shown_heading.setText(self.tr("What is shown"))
        self._mask.setText(self.tr("Mask phone numbers"))
        self._mask_hint.setText(
            self.tr("Only their last two figures are shown: for a screen that others see.")
        )
        self._done.setText(self.tr("Show archived batches"))
        self._demo.setText(self.tr("Show demo batches"))

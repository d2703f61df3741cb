"""The window's language, switched while it is open."""

import logging
from typing import assert_never

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from kvitto.paths import resource
from kvitto.ui.services.preferences import Language

log = logging.getLogger(__name__)


class Languages:
    """The translators of the application. Make one, keep it."""

    def __init__(self) -> None:
        """Speak as the system does until `speak` is called."""
        self._installed: list[QTranslator] = []
        self._system = QLocale.system()

    def speak(self, language: Language) -> None:
        """Speak a language from now on; every widget hears of it by QEvent.LanguageChange."""
        chosen = self._chosen(language)
        self.end()
        QLocale.setDefault(chosen)
        if chosen.language() is QLocale.Language.English:
            names = ["kvitto_en"]  # only the plural forms
        else:
            names = ["kvitto_sv", "qtbase_sv"]
        folders = (
            str(resource("translations")),
            QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        )
        for name in names:
            translator = QTranslator()
            if any(translator.load(name, folder) for folder in folders):
                QCoreApplication.installTranslator(translator)
                self._installed.append(translator)
            else:
                log.info("There is no translation %s", name)

    def end(self) -> None:
        """Take the translators away: the texts are those of the code again."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()

    def _chosen(self, language: Language) -> QLocale:
        """Return the locale of a language, in the system's country: English as Swedes write it."""
        match language:
            case Language.ENGLISH:
                wanted = QLocale.Language.English
            case Language.SWEDISH:
                wanted = QLocale.Language.Swedish
            case Language.SYSTEM:
                is_swedish = self._system.language() is QLocale.Language.Swedish
                wanted = QLocale.Language.Swedish if is_swedish else QLocale.Language.English
            case _:
                assert_never(language)
        if self._system.language() is wanted:
            return self._system
        return QLocale(wanted, self._system.territory())

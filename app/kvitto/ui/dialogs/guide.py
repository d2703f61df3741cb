"""The user guide: which pages it has, and the window that shows them."""

import re
from html import unescape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, QUrl
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.paths import resource
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.theme import STEP, colours

PAGES: Final = (
    "start",
    "address",
    "words",
    "followup",
    "cost",
    "complete",
    "wrong",
    "computer",
    "privacy",
    "commands",
)
"""The names of the pages, in the order of the list of contents."""
LANGUAGES: Final = ("en", "sv")
_WIDTH: Final = 1020
_HEIGHT: Final = 680
_CONTENTS_WIDTH: Final = 270
_PAGE_MARGIN: Final = 5 * STEP
_TITLE: Final = re.compile(r"<h1>(.*?)</h1>")
_OF_WINDOWS: Final = {
    "door": "address",
    "quarantine": "wrong",
    "dead numbers": "followup",
    "follow-up": "followup",
    "repeats": "followup",
    "month": "cost",
    "person": "privacy",
    "bin": "computer",
    "demo": "start",
    "legend": "words",
}
"""Which page tells of a window: by the beginning of its name in `OpenDialogs`."""


def page_of(window: str | None) -> str | None:
    """Return the page that tells of the window of a name in `OpenDialogs`; None where none does."""
    for beginning, page in _OF_WINDOWS.items():
        if window is not None and window.startswith(beginning):
            return page
    return None


def page_file(page: str, language: str, resources: Path | None = None) -> Path:
    """Return the file of a page.

    Args:
        page: one of `PAGES`.
        language: one of `LANGUAGES`.
        resources: the folder of Kvitto's own files; None for where they lie.
    """
    return (resources or resource("")) / "guide" / language / f"{page}.html"


class GuideWindow(QDialog):
    """Shows the guide in the window's language: contents, a page, and a search within it.

    Attributes:
        contents: the list of the pages.
        browser: shows the page.
        back, forward: go through the pages that were read.
        search: the text that is sought in the page; Return goes to the next place.
        found: says how often it stands there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show the first page."""
        super().__init__(parent)
        self._language = ""
        self._page = PAGES[0]
        self.contents = QListWidget(self)
        self.contents.setFixedWidth(_CONTENTS_WIDTH)
        self.contents.setSpacing(STEP // 4)
        self.browser = QTextBrowser(self)
        self.browser.setOpenExternalLinks(True)
        self.browser.document().setDocumentMargin(_PAGE_MARGIN)
        self.back, self.forward = (QPushButton(self) for _ in range(2))
        self.search = QLineEdit(self)
        self.found = QLabel(self)
        top = QHBoxLayout()
        for button in (self.back, self.forward):
            button.setAutoDefault(False)
            button.setEnabled(False)
            top.addWidget(button)
        top.addStretch(1)
        top.addWidget(self.found)
        top.addWidget(self.search)
        self.search.setFixedWidth(_CONTENTS_WIDTH)
        middle = QHBoxLayout()
        middle.addWidget(self.contents)
        middle.addWidget(self.browser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(2 * STEP)
        column.addLayout(top)
        column.addLayout(middle, 1)
        self.back.clicked.connect(self.browser.backward)
        self.forward.clicked.connect(self.browser.forward)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        self.browser.forwardAvailable.connect(self.forward.setEnabled)
        self.browser.sourceChanged.connect(self._on_source)
        self.contents.currentRowChanged.connect(self._on_chosen)
        self.search.textChanged.connect(self._on_sought)
        self.search.returnPressed.connect(self._next)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._retranslate()
        self.browser.setFocus()

    @property
    def page(self) -> str:
        """Return the name of the page that is shown."""
        return self._page

    def show_page(self, page: str) -> None:
        """Show one of `PAGES`."""
        url = QUrl.fromLocalFile(str(page_file(page, self._language)))
        self.browser.setSource(url)

    # --- Which page ------------------------------------------------------------------------------

    def _on_chosen(self, row: int) -> None:
        if row >= 0:
            self.show_page(PAGES[row])

    def _on_source(self, url: QUrl) -> None:
        # The browser's own source() is still the page before.
        page = Path(url.path()).stem
        if page in PAGES:
            self._page = page
            self._choose(page)
        self._mark()

    def _choose(self, page: str) -> None:
        """Show in the contents which page is read, without going there."""
        with QSignalBlocker(self.contents):
            self.contents.setCurrentRow(PAGES.index(page))

    def _read(self) -> None:
        """Show the page of now in the language and the colours of now."""
        self.browser.document().setDefaultStyleSheet(_style())
        with QSignalBlocker(self.contents):
            self.contents.clear()
            self.contents.addItems([_title(one, self._language) for one in PAGES])
        self._choose(self._page)
        self.show_page(self._page)

    # --- The search ------------------------------------------------------------------------------

    def _on_sought(self) -> None:
        self._mark()
        self._go(from_start=True)

    def _next(self) -> None:
        if not self._go(from_start=False):
            self._go(from_start=True)

    def _go(self, *, from_start: bool) -> bool:
        """Select the next place of what is sought; tell whether there is one."""
        text = self.search.text()
        if from_start:
            self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        return bool(text) and self.browser.find(text)

    def _mark(self) -> None:
        """Mark every place of what is sought, and say how many there are."""
        text, document = self.search.text(), self.browser.document()
        marks: list[QTextEdit.ExtraSelection] = []
        place = document.find(text) if text else QTextCursor()
        ink = QTextCharFormat()
        ink.setBackground(colours().warning)
        while not place.isNull():
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = place, ink
            marks.append(mark)
            place = document.find(text, place, QTextDocument.FindFlag(0))
        self.browser.setExtraSelections(marks)
        if not text:
            self.found.clear()
        elif marks:
            self.found.setText(self.tr("%Ln place(s) on this page", "", len(marks)))
        else:
            self.found.setText(self.tr("Not on this page"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the search by the key that the main window has for it."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus()
            self.search.selectAll()
            return
        super().keyPressEvent(event)

    # --- Language and theme ----------------------------------------------------------------------

    def _retranslate(self) -> None:
        is_swedish = QLocale().language() is QLocale.Language.Swedish
        self._language = "sv" if is_swedish else "en"
        self.setWindowTitle(self.tr("User guide"))
        self.contents.setAccessibleName(self.tr("Contents"))
        self.browser.setAccessibleName(self.tr("Page of the guide"))
        self.back.setText(self.tr("Back"))
        self.forward.setText(self.tr("Forward"))
        self.search.setPlaceholderText(self.tr("Search this page …"))
        self.search.setAccessibleName(self.tr("Search this page"))
        self._read()
        self.browser.clearHistory()  # its pages may be in the other language

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self.browser.document().setDefaultStyleSheet(_style())
            self.browser.reload()


def _title(page: str, language: str) -> str:
    """Return a page's title; its name where the page can't be read."""
    try:
        text = page_file(page, language).read_text("utf-8")
    except OSError:
        return page
    found = _TITLE.search(text)
    return unescape(found[1]) if found else page


def _style() -> str:
    """Return the style sheet of the pages: a result has the colour that it has everywhere."""
    chosen = colours()
    results = (
        f".{one.name.lower()} {{ color: {_hex(each.text)} }}"
        for one, each in chosen.results.items()
    )
    return " ".join(
        (
            f"h1 {{ color: {_hex(chosen.text)}; font-size: x-large }}",
            f"h2 {{ color: {_hex(chosen.text)}; font-size: large; margin-top: 18px }}",
            f"a {{ color: {_hex(chosen.accent)} }}",
            "p, li { margin-bottom: 6px; line-height: 130% }",
            "td { padding: 3px 12px 3px 0 }",
            *results,
        )
    )


def _hex(colour: QColor) -> str:
    return colour.name()

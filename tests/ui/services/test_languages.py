"""The translations: whole, of the texts as they are now, and heard by widgets at run time."""

import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QLocale, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

import kvitto.ui
from kvitto.paths import resource
from kvitto.store.rights import ALL_RIGHTS
from kvitto.ui.batches.filter_bar import SearchField
from kvitto.ui.menus import Commands, Menus
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.permissions import Permissions
from kvitto.ui.services.preferences import Language, Preferences
from kvitto.ui.text import formatting

NBSP: Final = "\N{NO-BREAK SPACE}"
PROJECT: Final = Path(__file__).parents[3]
FOLDER: Final = resource("translations")
TONGUES: Final = ("sv", "en")
SPOKEN: Final = (Language.ENGLISH, Language.SWEDISH)


class Text(NamedTuple):
    """A text of a .ts file."""

    context: str
    source: str
    is_plural: bool
    forms: tuple[str, ...]
    """Its translation; the translations of a plural."""
    state: str
    """What Qt says of it: "" where it is done."""


def texts(file: Path) -> list[Text]:
    found = []
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            plurals = tuple(form.text or "" for form in translation.iter("numerusform"))
            found.append(
                Text(
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    message.get("numerus") == "yes",
                    plurals or (translation.text or "",),
                    translation.get("type", ""),
                )
            )
    return found


def run(name: str, *arguments: str) -> None:
    """Run a tool of Qt's that comes with PySide6."""
    tool = shutil.which(name, path=str(Path(sys.executable).parent))
    assert tool is not None, f"{name} is not beside {sys.executable}"
    subprocess.run(
        [tool, *arguments],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
        timeout=60,
    )


def placeholders(text: str) -> Counter[str]:
    """Return what is filled in; the number of a plural is the same, grouped or not."""
    return Counter(re.findall(r"\{[\w.]*\}|%n", text.replace("%Ln", "%n")))


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_text_is_translated(tongue: str) -> None:
    found = texts(FOLDER / f"kvitto_{tongue}.ts")

    assert found
    assert [one for one in found if one.state or not all(one.forms)] == []
    assert [one for one in found if len(one.forms) != (2 if one.is_plural else 1)] == []


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_texts_are_those_of_the_window_now(tongue: str, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    sources = sorted(
        str(one.relative_to(PROJECT))
        for one in PROJECT.glob("app/kvitto/**/*.py")
        if "ui" in one.parts or "import translatable\n" in one.read_text("utf-8")
    )
    plural_only = ["-pluralonly"] if tongue == "en" else []
    run(
        "pyside6-lupdate",
        *("-no-obsolete", "-locations", "none", "-source-language", "en"),
        *("-tr-function-alias", "QT_TRANSLATE_NOOP+=translatable"),
        *sources,
        *("-target-language", tongue, *plural_only, "-ts", str(fresh)),
    )

    written, kept = (
        {(one.context, one.source, one.is_plural) for one in texts(file)}
        for file in (fresh, FOLDER / f"kvitto_{tongue}.ts")
    )

    assert sorted(written - kept) == [], "run packaging/translate.sh, and translate these"
    assert sorted(kept - written) == [], "run packaging/translate.sh: nobody says these any more"


@pytest.mark.parametrize("tongue", TONGUES)
def test_what_is_loaded_is_compiled_from_what_is_translated(tongue: str, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.qm"

    run("pyside6-lrelease", str(FOLDER / f"kvitto_{tongue}.ts"), "-qm", str(fresh))

    assert fresh.read_bytes() == (FOLDER / f"kvitto_{tongue}.qm").read_bytes()


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_translation_fills_in_what_its_source_does(tongue: str) -> None:
    found = texts(FOLDER / f"kvitto_{tongue}.ts")

    assert [
        one
        for one in found
        if any(placeholders(form) != placeholders(one.source) for form in one.forms)
    ] == []


def test_a_translation_has_a_key_and_an_ellipsis_where_its_source_has() -> None:
    found = texts(FOLDER / "kvitto_sv.ts")

    assert [
        one for one in found if any(("&" in form) != ("&" in one.source) for form in one.forms)
    ] == []
    assert [
        one for one in found if one.source.endswith("…") and not one.forms[0].endswith("…")
    ] == []


def test_no_text_with_a_number_is_translated_without_its_plurals() -> None:
    """As lupdate has it for `QCoreApplication.translate`: it finds the plurals of `tr` only."""
    found = texts(FOLDER / "kvitto_sv.ts")

    assert [
        one for one in found if not one.is_plural and re.search("%L?n|\\(e?s\\)", one.source)
    ] == []


@pytest.mark.parametrize(
    ("system", "language", "written"),
    [
        ("sv_SE", Language.ENGLISH, "en_SE"),
        ("sv_FI", Language.SWEDISH, "sv_FI"),
        ("en_GB", Language.SYSTEM, "en_GB"),
        ("en_GB", Language.SWEDISH, "sv_SE"),
        ("C", Language.SYSTEM, "en_US"),
    ],
)
def test_a_language_is_written_as_in_the_systems_country(
    languages: Languages,
    system: str,
    language: Language,
    written: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(languages, "_system", QLocale(system))

    languages.speak(language)

    assert QLocale().name() == written


# --- The contexts -------------------------------------------------------------------------------


def test_each_context_is_the_one_that_is_asked_for_at_run_time(qapp: QCoreApplication) -> None:
    """`self.tr` asks for the class's name as Qt has it, `translate` for what stands there."""
    del qapp
    classes: dict[str, set[str]] = {}
    for module in pkgutil.walk_packages(kvitto.ui.__path__, "kvitto.ui."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if isinstance(kind, type) and issubclass(kind, QObject):
                known = kind.staticMetaObject  # type: ignore[attr-defined] # not in the stubs
                classes.setdefault(name, set()).add(known.className())
    code = "".join(file.read_text("utf-8") for file in PROJECT.glob("app/kvitto/ui/**/*.py"))
    named = set(re.findall(r'(?:translate|NOOP)\(\s*"(\w+)"', code))

    asked = {one.context for one in texts(FOLDER / "kvitto_sv.ts")}

    assert {one for one in asked - named if classes.get(one) != {one}} == set()


def test_a_class_that_is_private_is_heard(qapp: QCoreApplication, languages: Languages) -> None:
    """As the banner is, whose name begins with a low line."""
    del qapp
    heard = type("_Banner", (QObject,), {})
    languages.speak(Language.SWEDISH)

    assert heard().tr("Details") == "Detaljer"


# --- The window ---------------------------------------------------------------------------------


def menus_of(bar_or_menu: QWidget) -> Iterator[list[QAction]]:
    """Give the commands of a menu bar, and of every menu below it."""
    yield [one for one in bar_or_menu.actions() if not one.isSeparator()]
    for action in bar_or_menu.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield from menus_of(menu)


def key_of(action: QAction) -> str:
    found = re.search("&([^&])", action.text().replace("&&", ""))
    return found[1].casefold() if found else ""


@pytest.mark.parametrize("language", SPOKEN)
def test_no_two_commands_of_a_menu_have_the_same_key(
    language: Language, languages: Languages, data_dir: Path
) -> None:
    languages.speak(language)
    window = QMainWindow()
    commands = Commands(*[lambda *_: None] * len(Commands.__dataclass_fields__))
    preferences = Preferences(data_dir)
    menus = Menus(window, preferences, commands, Permissions(lambda: ALL_RIGHTS))
    assert menus.groups

    for actions in menus_of(window.menuBar()):
        keys = Counter(key for one in actions if (key := key_of(one)))
        assert [key for key, count in keys.items() if count > 1] == [], [a.text() for a in actions]
    # In this thread: the collector of garbage may run in another.
    shiboken6.delete(window)
    shiboken6.delete(preferences)


def test_what_is_open_follows_the_language(languages: Languages, qtbot: QtBot) -> None:
    languages.speak(Language.ENGLISH)
    window = QWidget()
    field = SearchField(window)
    assert field.placeholderText() == "Search batch, reference, number …"

    languages.speak(Language.SWEDISH)
    qtbot.waitUntil(lambda: field.placeholderText() == "Sök utskick, referens, nummer …")

    languages.speak(Language.ENGLISH)
    qtbot.waitUntil(lambda: field.placeholderText() == "Search batch, reference, number …")
    shiboken6.delete(window)


def test_the_buttons_of_qt_are_swedish_too(languages: Languages, qtbot: QtBot) -> None:
    languages.speak(Language.SWEDISH)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)

    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == "Avbryt"


def test_numbers_are_written_as_the_language_has_it(languages: Languages) -> None:
    languages.speak(Language.SWEDISH)
    assert formatting.decimal(Decimal("1234.5")) == f"1{NBSP}234,5"

    languages.speak(Language.ENGLISH)
    assert formatting.decimal(Decimal("1234.5")) == "1,234.5"


def test_statuses_are_said_in_the_language(languages: Languages) -> None:
    languages.speak(Language.SWEDISH)
    assert (formatting.status_word(201, final=True), formatting.status_word(299, final=True)) == (
        "Levererat",
        "Avslutat",
    )

    languages.end()
    assert (formatting.status_word(201, final=True), formatting.status_word(299, final=True)) == (
        "Delivered",
        "Ended",
    )


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        (Language.ENGLISH, 0, "0 messages"),
        (Language.ENGLISH, 1, "1 message"),
        (Language.ENGLISH, 2, "2 messages"),
        (Language.ENGLISH, 1234, "1,234 messages"),
        (Language.SWEDISH, 0, "0 meddelanden"),
        (Language.SWEDISH, 1, "1 meddelande"),
        (Language.SWEDISH, 2, "2 meddelanden"),
        (Language.SWEDISH, 1234, f"1{NBSP}234 meddelanden"),
    ],
)
def test_one_is_one_and_all_others_are_many(
    language: Language, count: int, said: str, languages: Languages
) -> None:
    languages.speak(language)

    assert QCoreApplication.translate("ShownWords", "%Ln message(s)", "", count) == said


# --- Errors -------------------------------------------------------------------------------------

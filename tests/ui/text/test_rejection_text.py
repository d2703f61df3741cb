"""Reasons are said in the reader's language, made of a code and values."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.rejection import (
    JSON_KINDS,
    ReasonCode,
    RejectedBodyError,
    RejectionKind,
    RejectionReason,
)
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.rejection_text import kind_word, reason_text


@pytest.fixture
def _swedish(qapp: QApplication) -> Iterator[None]:
    languages = Languages()
    languages.speak(Language.SWEDISH)
    yield
    languages.end()


def test_in_english_it_is_what_the_service_is_told(qtbot: QtBot) -> None:
    reason = RejectedBodyError(ReasonCode.FIELD_NOT_NUMBER, name="segments", kind="list").reason

    assert reason_text(reason) == reason.english == "The field segments is a list, not a number."


@pytest.mark.usefixtures("_swedish")
def test_in_swedish_its_values_are_swedish_too() -> None:
    reason = RejectedBodyError(ReasonCode.FIELD_NOT_NUMBER, name="segments", kind="list").reason

    assert reason_text(reason) == "Fältet segments är en lista, inte ett tal."
    assert reason.english == "The field segments is a list, not a number."


@pytest.mark.usefixtures("_swedish")
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_said_in_swedish(code: ReasonCode) -> None:
    for kind in JSON_KINDS:
        reason = RejectedBodyError(code, name="code", kind=kind, count=7, extra="x").reason

        assert reason_text(reason) != reason.english


def test_a_reason_of_a_newer_version_is_told_by_its_code(qtbot: QtBot) -> None:
    assert reason_text(RejectionReason("moon_phase")) == "moon_phase"


def test_every_kind_has_a_word(qtbot: QtBot) -> None:
    assert len({kind_word(kind) for kind in RejectionKind}) == len(RejectionKind)

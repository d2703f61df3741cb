"""What a batch is called: what iP.1 says of it, too."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.store.records import AskedBatch
from kvitto.ui.text.batch_names import name_of
from tests.ui.services.batch_records import a_batch


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (AskedBatch(reference="Höstrea"), "Höstrea"),
        (AskedBatch(tags=("a", "b"), sender="Kliniken"), " · a, b · "),
        (AskedBatch(sender="Kliniken"), " · Kliniken · "),
        (AskedBatch(reference="\u202eA"), "⟨U+202E⟩A"),
    ],
)
def test_what_ip1_says_names_a_batch(asked: AskedBatch, expected: str) -> None:
    assert expected in name_of(replace(a_batch(), asked=asked))


def test_the_users_own_name_goes_before() -> None:
    named = replace(a_batch(), label="Mine", asked=AskedBatch(reference="Höstrea"))
    assert name_of(named) == "Mine"


def test_a_number_in_it_is_masked() -> None:
    batch = replace(a_batch(), asked=AskedBatch(sender="46701234567"))
    name = name_of(batch, is_masked=True)
    assert "46701234567" not in name

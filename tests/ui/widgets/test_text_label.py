"""A wrapped text keeps a number beside its unit, and is told as it was given."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.widgets.key_value_grid import text_label

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("all within 4 d 3 h, 95 % of all", f"all within 4{NBSP}d 3{NBSP}h, 95{NBSP}% of all"),
        ("15.68 SEK for 16 of 278", f"15.68{NBSP}SEK for 16 of 278"),
        ("5 min 2 s late", f"5{NBSP}min 2{NBSP}s late"),
        ("12 Sent, 3 do not", "12 Sent, 3 do not"),
    ],
)
def test_a_number_is_never_parted_from_its_unit(qtbot: QtBot, given: str, shown: str) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    label = text_label(owner)
    label.setText(given)
    assert QLabel.text(label) == shown
    assert label.text() == given

"""The colours can be read: contrast as WCAG 2 computes it, at least 4.5 for text."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from kvitto.core.status import Result
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import DARK, LIGHT, RESULT_ICONS, Colours, apply_theme, colours

TEXT = 4.5
MARK = 3.0
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, from 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21, abs=0.01)


@THEMES
@pytest.mark.parametrize("result", list(Result))
def test_an_result_can_be_read_on_its_tint_and_in_a_table(theme: Colours, result: Result) -> None:
    shown = theme.results[result]

    for ground in (shown.tint, theme.base, theme.window, theme.raised):
        assert contrast(shown.text, ground) >= TEXT, ground.name()


@THEMES
@pytest.mark.parametrize("ground", ["window", "base", "raised", "warning", "danger"])
@pytest.mark.parametrize("text", ["text", "faint"])
def test_text_can_be_read_wherever_it_stands(theme: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= TEXT


@THEMES
def test_what_is_selected_can_be_read(theme: Colours) -> None:
    assert contrast(theme.on_accent, theme.accent) >= TEXT


@THEMES
def test_the_sign_that_all_is_well_can_be_seen(theme: Colours) -> None:
    assert contrast(theme.good, theme.raised) >= MARK


def test_every_result_has_an_icon_of_its_own(qapp: QApplication) -> None:
    assert len(set(RESULT_ICONS.values())) == len(Result)
    for result in Result:
        picture = icon(RESULT_ICONS[result].removeprefix("mdi6.")).pixmap(16, 16).toImage()
        assert any(
            picture.pixelColor(x, y).alpha()
            for x in range(picture.width())
            for y in range(picture.height())
        )


def test_a_theme_is_applied_and_can_be_changed(qapp: QApplication) -> None:
    for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        apply_theme(qapp, choice)

        assert colours() is theme
        assert qapp.palette().window().color() == theme.window
        assert qapp.palette().placeholderText().color() == theme.faint

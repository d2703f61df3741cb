"""Badges and bars: nothing vanishes, nothing is overdrawn, and all can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kvitto.core.status import Result
from kvitto.ui.batches.paint_cache import PaintCache, bar_fills, bar_parts, mixed
from kvitto.ui.widgets.theme import DARK, LIGHT, Colours

counts = st.dictionaries(st.sampled_from(Result), st.integers(0, 10**6))


@given(counts, st.integers(0, 10**7), st.integers(14, 400))
def test_every_result_that_occurs_is_seen_and_the_bar_is_never_overfull(
    counted: dict[Result, int], whole: int, width: int
) -> None:
    parts = bar_parts(counted, whole, width)
    assert [result for result, _ in parts] == [one for one in Result if counted.get(one)]
    assert all(part >= 2 for _, part in parts)
    assert sum(part for _, part in parts) <= width


@given(st.dictionaries(st.sampled_from(Result), st.integers(1, 1000), min_size=1))
def test_a_bar_is_full_once_all_are_seen(counted: dict[Result, int]) -> None:
    assert sum(part for _, part in bar_parts(counted, 0, 200)) == 200


def test_what_is_not_seen_yet_is_empty_track() -> None:
    assert bar_parts({Result.DELIVERED: 25}, 100, 200) == [(Result.DELIVERED, 50)]
    assert bar_parts({}, 100, 200) == []
    assert bar_parts(dict.fromkeys(Result, 1), 0, 9) == []


def _luminance(colour: QColor) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (part(one) for one in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_codes_can_be_read_on_every_badge_and_texts_on_what_is_selected(theme: Colours) -> None:
    for result in Result:
        assert _contrast(theme.faint, theme.results[result].tint) >= 4.5
        assert _contrast(theme.text, theme.results[result].tint) >= 4.5
    for share in (0.12, 0.22):
        assert _contrast(theme.text, mixed(theme.accent, theme.base, share)) >= 4.5


@pytest.mark.usefixtures("qapp")
class TestBadges:
    def test_a_badge_is_made_once_and_again_for_another_theme(self) -> None:
        pictures = PaintCache()
        words = ("Delivered", "201")
        badge = pictures.badge(Result.DELIVERED, words, QFont(), 300, 1.0)
        assert pictures.badge(Result.DELIVERED, words, QFont(), 900, 1.0) is badge
        assert pictures.badge(Result.DELIVERED, words, QFont(), 300, 2.0).width() == (
            2 * badge.width()
        )
        pictures.recolour()
        assert pictures.badge(Result.DELIVERED, words, QFont(), 300, 1.0) is not badge

    def test_where_there_is_little_room_the_word_gives_way_and_the_code_stays(self) -> None:
        pictures = PaintCache()
        words = ("Recipient rejected", "405")
        whole = pictures.badge(Result.REJECTED, words, QFont(), 1000, 1.0)
        narrow = pictures.badge(Result.REJECTED, words, QFont(), 100, 1.0)
        assert narrow.width() <= 100 < whole.width()

    def test_pictures_are_not_kept_without_end(self) -> None:
        pictures = PaintCache()
        first = pictures.badge(Result.UNKNOWN, ("Unknown", "0"), QFont(), 300, 1.0)
        for code in range(1000):
            pictures.badge(Result.UNKNOWN, ("Unknown", str(code)), QFont(), 300, 1.0)
        assert pictures.badge(Result.UNKNOWN, ("Unknown", "0"), QFont(), 300, 1.0) is not first


def test_a_bar_is_painted_in_the_colours_of_its_results(qapp: QApplication) -> None:
    del qapp
    image = QImage(100, 28, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    room = QRect(0, 0, 100, 28)
    for rect, brush in bar_fills(room, {Result.DELIVERED: 50, Result.FAILED: 25}, 100, LIGHT):
        painter.fillRect(rect, brush)
    painter.end()
    seen = [image.pixelColor(x, 14) for x in (10, 60, 90)]
    wanted = (LIGHT.results[Result.DELIVERED].text, LIGHT.results[Result.FAILED].text)
    assert seen == [*wanted, LIGHT.line]

"""A chart's picture: as it is seen, with a title, sharp, and whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.charts.cost_chart import CostChart
from kvitto.ui.charts.image_export import Heading, SavingError, image_of, png_of, save, svg_of
from kvitto.ui.charts.image_saver import file_name
from kvitto.ui.widgets.theme import LIGHT
from tests.ui.charts.drawn import a_line, has_colour, lines, shown

HEADING = Heading("Cost · Höstrea 2026", "12:00 – 13:00 · drawn by Kvitto")


@pytest.fixture
def chart(qtbot: QtBot, window: QWidget) -> CostChart:
    made = CostChart(window)
    made.show_series(lines(a_line("EUR", (-50, 82_000_000), (-20, 5 * 10**9))))
    shown(qtbot, made, window)
    return made


def test_a_png_shows_the_chart_at_least_twice_as_sharp(chart: CostChart) -> None:
    image = QImage.fromData(QByteArray(png_of(image_of(chart, HEADING))))

    assert image.width() >= 2 * chart.width()
    assert image.height() >= 2 * chart.height()
    assert image.pixelColor(1, 1) == LIGHT.base
    assert has_colour(image, LIGHT.accent)


def test_an_svg_has_the_texts_as_texts_and_the_line_where_it_is_seen(chart: CostChart) -> None:
    data = svg_of(chart, HEADING)

    root = ElementTree.fromstring(data)
    texts = ["".join(one.itertext()) for one in root.iter() if one.tag.endswith("}text")]
    assert HEADING.title in texts
    assert HEADING.note in texts
    assert "5,08\N{NO-BREAK SPACE}EUR" in texts
    assert "12:30" in texts
    drawn = _rendered(data)
    seen = image_of(chart, HEADING).scaled(drawn.size())
    assert has_colour(drawn, LIGHT.accent)
    assert _line_columns(drawn) == pytest.approx(_line_columns(seen), abs=3)


def _rendered(data: bytes) -> QImage:
    renderer = QSvgRenderer(QByteArray(data))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def _line_columns(image: QImage) -> tuple[int, int]:
    """Return the first and the last column in which something has about the line's colour."""
    columns = [
        x
        for x in range(image.width())
        for y in range(image.height() // 3, image.height())
        if _is_like(image.pixelColor(x, y), LIGHT.accent)
    ]
    return min(columns), max(columns)


def _is_like(colour: QColor, other: QColor) -> bool:
    pairs = zip(colour.getRgb(), other.getRgb(), strict=True)  # type: ignore[call-overload]
    return all(abs(one - two) < 60 for one, two in pairs)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    folder = tmp_path / "Bilder"
    folder.mkdir()
    file = folder / "Höstrea.png"
    save(b"picture", file)
    save(b"another", file)

    assert file.read_bytes() == b"another"
    assert [one.name for one in folder.iterdir()] == [file.name]


@pytest.mark.parametrize("name", ["missing/picture.png", "folder"])
def test_what_can_not_be_written_is_told_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    within = tmp_path / "within"
    (within / "folder").mkdir(parents=True)

    with pytest.raises(SavingError) as caught:
        save(b"picture", within / name)
    assert str(caught.value)
    assert [one.name for one in within.rglob("*")] == ["folder"]


def test_a_name_for_a_file_has_nothing_that_a_system_forbids() -> None:
    day = datetime(2026, 11, 3, 12, tzinfo=UTC)

    assert file_name("Cost · Höstrea 50/50: \\?", day) == "Kvitto Cost · Höstrea 50 50 2026-11-03"
    assert len(file_name("x" * 300, day)) < 100

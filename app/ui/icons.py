"""Icons of one family, in the colours of the theme."""

import qtawesome
from PySide6.QtGui import QColor, QIcon

from app.ui.theme import colours


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """Return an icon of the Material Design family in text colour, or in `colour`.

    Ask again when the palette changes: an icon keeps the colour that it was made with.

    Args:
        name: the name in the family, such as `content-copy`.
        colour: another colour than the text's.
    """
    shown = colours().text if colour is None else colour
    made: QIcon = qtawesome.icon(
        f"mdi6.{name}",
        color=shown,
        color_disabled=colours().faint,
        # In a selected row.
        color_selected=colours().on_accent,
    )
    return made

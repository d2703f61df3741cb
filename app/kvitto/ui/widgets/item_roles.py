"""What models tell delegates besides text."""

from typing import Final

from PySide6.QtCore import Qt

RESULT_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 41
"""The value of an `Result`: the cell is shown in its colour, with its icon."""
CODE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 42
"""A text that is shown after the cell's own in a lighter tone, such as a status code."""

"""When the door was closed in the last week."""

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.ui.door.closures_model import ClosuresModel
from app.ui.door.list_page import ListPage


class ClosuresPage(ListPage):
    """The closures, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.closures = ClosuresModel()
        super().__init__(self.closures, parent)
        self.closures.setParent(self)
        self.tree.setRootIsDecorated(False)
        self.retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Interruptions")

    @override
    def nothing(self) -> str:
        """Return that it was never closed, as far as is known."""
        return self.tr("In the last week, no interruption is known of.")

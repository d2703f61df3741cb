"""The outages of the last week."""

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.reachability.outages_model import OutagesModel


class OutagesPage(ListPage):
    """The outages, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.outages = OutagesModel()
        super().__init__(self.outages, parent)
        self.outages.setParent(self)
        self.tree.setRootIsDecorated(False)
        self.retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Interruptions")

    @override
    def nothing(self) -> str:
        """Return that no outage is known."""
        return self.tr("In the last week, no interruption is known of.")

"""That a newer version is out, in the list of what is wrong."""

from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from kvitto.ui.services.new_versions import NewVersions
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.updates.announcement import VersionSeverity

_SUBJECT: Final = "new version"


class NewVersionItem(QObject):
    """Lists a newer version while there is one. Who knows it hears of the next one only.

    Args:
        versions: what is known of newer versions.
        todo: the list.
        parent: the owner.
    """

    def __init__(self, versions: NewVersions, todo: Todo, parent: QObject) -> None:
        super().__init__(parent)
        self._versions = versions
        self._todo = todo
        versions.changed.connect(self._show)

    def _show(self) -> None:
        newer = self._versions.newer
        if newer is None:
            self._todo.take_out(_SUBJECT)
            return
        out = self.tr("Kvitto {new} is out; this is {old}.").format(
            new=newer.version, old=self._versions.version
        )
        self._todo.put(
            _SUBJECT,
            f"{out} {self._why(newer.weight)}",
            severity=Severity.NOTE if newer.weight is VersionSeverity.NORMAL else Severity.WARNING,
            occurrence=newer.version,
            detail=newer.notes,
            actions=[(self.tr("Get it …"), self._open)],
            again=self._show,
        )

    def _why(self, weight: VersionSeverity) -> str:
        match weight:
            case VersionSeverity.NORMAL:
                return self.tr("Nothing is installed by itself.")
            case VersionSeverity.IMPORTANT:
                return self.tr(
                    "It mends something that may show or keep wrong data: install it soon."
                )
            case VersionSeverity.SECURITY:
                return self.tr("It closes a security hole: install it now.")

    def _open(self) -> None:
        newer = self._versions.newer
        if newer is not None:
            QDesktopServices.openUrl(QUrl(newer.url, QUrl.ParsingMode.StrictMode))

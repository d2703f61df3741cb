"""Tells that a newer version is out."""

from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from kvitto.ui.services.new_versions import NewVersions
from kvitto.ui.widgets.banner import Banners, Weight
from kvitto.updates.announcement import Severity

_SUBJECT: Final = "new version"


class NewVersionBanner(QObject):
    """Shows a banner while there is a newer version that the user wants to hear of.

    Args:
        versions: what is known of newer versions.
        banners: where it is shown.
        parent: the owner.
    """

    def __init__(self, versions: NewVersions, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._versions = versions
        self._banners = banners
        versions.changed.connect(self._show)

    def _show(self) -> None:
        newer = self._versions.newer
        if newer is None:
            self._banners.close_banner(_SUBJECT)
            return
        out = self.tr("Kvitto {new} is out; this is {old}.").format(
            new=newer.version, old=self._versions.version
        )
        self._banners.show_banner(
            _SUBJECT,
            f"{out} {self._why(newer.weight)}",
            weight=Weight.NOTE if newer.weight is Severity.NORMAL else Weight.WARNING,
            detail=newer.notes,
            actions=[
                (self.tr("Get it …"), self._open),
                (self.tr("Skip this version"), self._versions.dismiss),
            ],
            again=self._show,
        )

    def _why(self, severity: Severity) -> str:
        match severity:
            case Severity.NORMAL:
                return self.tr("Nothing is installed by itself.")
            case Severity.IMPORTANT:
                return self.tr(
                    "It mends something that may show or keep wrong data: install it soon."
                )
            case Severity.SECURITY:
                return self.tr("It closes a security hole: install it now.")

    def _open(self) -> None:
        newer = self._versions.newer
        if newer is not None:
            QDesktopServices.openUrl(QUrl(newer.url, QUrl.ParsingMode.StrictMode))

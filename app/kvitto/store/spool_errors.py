"""What is told of reports that wait on the receiver's own disk for their store."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.store.errors import StoreError


class SpoolWaitingError(StoreError):
    """The store can't be reached, and reports wait on this computer's disk until it can.

    Attributes:
        count: how many wait.
        since: when the first of them came, UTC.
        place: where the store is.
    """

    count: int
    since: datetime
    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "{count} reports wait on the receiver's own disk since {when} for the store at {place}. "
        "None of them is lost, and no batch shows them yet. They are stored as soon as it takes "
        "them.",
    )
    _one = translatable(
        "Errors",
        "A report waits on the receiver's own disk since {when} for the store at {place}. It is "
        "not lost, and no batch shows it yet. It is stored as soon as the store takes it.",
    )
    _none = translatable(
        "Errors",
        "The store at {place} can't take reports now. Those that come are kept on the receiver's "
        "own disk until it can; none is lost.",
    )

    @override
    def template(self) -> str:
        if self.count > 1:
            return self.english
        return self._one if self.count else self._none

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        """Return the values, the time as the clock shows it."""
        del translate
        return {**vars(self), "when": f"{self.since.astimezone():%Y-%m-%d %H:%M}"}


class SpoolOtherStoreError(StoreError):
    """Reports wait on this computer's disk for another store than the one that is used now.

    Attributes:
        count: how many wait.
        since: when the first of them came, UTC.
        file: where they wait.
    """

    count: int
    since: datetime
    file: Path
    english = translatable(
        "Errors",
        "{count} reports wait in {file} since {when} for another store than the one that is used "
        "here now. They are kept there, and stored once Kvitto receives into their store again.",
    )
    _one = translatable(
        "Errors",
        "A report waits in {file} since {when} for another store than the one that is used here "
        "now. It is kept there, and stored once Kvitto receives into its store again.",
    )

    @override
    def template(self) -> str:
        return self.english if self.count > 1 else self._one

    @override
    def values(self, translate: Callable[[str], str]) -> Mapping[str, object]:
        """Return the values, the time as the clock shows it."""
        del translate
        return {**vars(self), "when": f"{self.since.astimezone():%Y-%m-%d %H:%M}"}


class SpoolFullError(StoreError):
    """The store can't be reached, and no more reports can wait."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "The store can't be reached, and there is no more room in {file} for the reports that wait "
        "for it. New reports are refused for now, and wait at the SMS service for about 90 "
        "minutes. Look at the store's server, or make room on the disk.",
    )


class SpoolDamagedError(StoreError):
    """The file of the reports that wait is damaged."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "The file in which reports waited for the store is damaged. It was put aside as {file}, "
        "and another was begun. There may be reports in it that are nowhere else: keep it, and "
        "look at the disk.",
    )


class SpoolUnusableError(StoreError):
    """The file of the reports that wait can't be used."""

    file: Path
    detail: str = ""
    english = translatable(
        "Errors",
        "{file}, where reports wait while the store can't be reached, can't be read or written. "
        "Look at the disk and at the rights of the folder. Don't delete the file: there may be "
        "reports in it that are nowhere else.",
    )

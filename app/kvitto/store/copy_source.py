"""The store that is copied: read while others store into it, until its last, short step."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Self

from typing_extensions import override

from kvitto.store.copy_rows import FileRows, StoreRows
from kvitto.store.database import Database, open_for_reading
from kvitto.store.errors import AlreadyRunningError
from kvitto.store.lockfile import Instance


class CopySource(ABC):
    """A store that is only read. A context: it is closed with it.

    Attributes:
        place: what it is called.
        database: the store.
    """

    def __init__(self, place: str, database: Database) -> None:
        self.place: Final = place
        self.database: Final = database
        self.holding: Final = ExitStack()

    @contextmanager
    @abstractmethod
    def snapshot(self) -> Iterator[StoreRows]:
        """Give its rows as they are now; others go on storing.

        Raises:
            StoreError: it can't be read.
        """
        yield NotImplemented

    def revision(self) -> int:
        """Return the newest revision.

        Raises:
            StoreError: it can't be read.
        """
        with self.snapshot() as rows:
            return rows.number("SELECT revision FROM store_state")

    @abstractmethod
    def is_left(self) -> bool:
        """Return whether nobody stores into it any more."""

    def __enter__(self) -> Self:
        """Return the source itself."""
        return self

    def __exit__(self, *error: Any) -> None:
        """Close it."""
        self.holding.close()
        self.database.close()


class FolderSource(CopySource):
    """The store of a data folder.

    Args:
        folder: the data folder.

    Raises:
        StoreError: there is none that can be read.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder.absolute()), open_for_reading(folder))
        self._folder = folder
        self._is_held = False

    @override
    @contextmanager
    def snapshot(self) -> Iterator[StoreRows]:
        with self.database.read() as connection:
            driver = connection.connection.driver_connection
            yield FileRows(driver, self.database.in_words, is_for_server=True)

    @override
    def is_left(self) -> bool:
        """Take the folder, so that nobody begins to receive into it before the copy is whole."""
        if not self._is_held:
            try:
                self.holding.enter_context(Instance(self._folder))
            except AlreadyRunningError:
                return False
            self._is_held = True
        return True

"""What the store asks of the database that it is kept in, whichever engine that is."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import inf
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine

from kvitto.store.errors import StoreError
from kvitto.store.rights import ALL_RIGHTS, Right

if TYPE_CHECKING:  # who only reads need not load them
    from kvitto.store.ingest import Arrival
    from kvitto.store.prepared_statements import Asked
    from kvitto.store.transactions import Transaction


class Database(ABC):
    """A database of the newest schema version, and the ways to reach it.

    Close it after all connections of its engines were given back.

    Attributes:
        folder: the data folder of this computer that goes with it.
        writing: connections that may write; a transaction of theirs is the only one that writes.
        reading: connections that can only read, and never hold up the writer.
        editor: the name by which this program's edits are made; "" where the store has one user.
        receiver: the name of this computer's receiver; "" where the store has no other.
        folder_id: what tells it from another of that name.
        rights: what this user may do, as of the newest connection; None before the first.
        known_keys: the callback keys that were committed last, as rows of their table, where they
            are held against what somebody may do to the database.
    """

    writing: Engine
    reading: Engine
    is_shared = False
    """Whether programs on other computers write into it, too."""
    wait_s: float | None = None
    """How long a report may wait for it in all; None for as long as the writer may be busy."""

    def __init__(self, folder: Path) -> None:
        """Prepare; opens nothing yet."""
        self.folder = folder
        self.editor = self.receiver = self.folder_id = ""
        self.known_keys: tuple[tuple[Any, ...], ...] = ()
        self.rights: frozenset[Right] | None = ALL_RIGHTS
        self._shared = threading.local()

    @abstractmethod
    def in_words(self) -> AbstractContextManager[None]:
        """Turn what the engine says about the world into the store's own errors.

        Raises:
            StoreError: of the fitting kind. Mistakes of ours pass through as they are.
            InterruptedError: somebody interrupted the query.
        """

    @abstractmethod
    def ensure_is_there(self) -> None:
        """Check that this is still the database that was opened.

        Raises:
            StoreError: it is not.
        """

    @abstractmethod
    def lost(self, what: str) -> StoreError:
        """Return the error for something that was committed and is not there."""

    def is_masked(self, connection: Connection) -> bool:
        """Return whether this user sees no number, no body, and none of the refused requests."""
        del connection
        return False

    @abstractmethod
    def remember_keys(self, keys: Sequence[tuple[Any, ...]]) -> None:
        """Note the callback keys that are kept now."""

    @abstractmethod
    def interrupt(self, driver: Any) -> None:
        """End the query that a connection is in, from another thread; soon.

        Args:
            driver: the driver's connection.
        """

    @abstractmethod
    def close(self) -> None:
        """Close all connections."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection on which all queries see one committed state of the store.

        The only way in which anybody but the writer reads. Any thread; it never holds up the
        writer. Within `shared_snapshot` the state is that one's.

        Raises:
            StoreError: the database can't be read.
        """
        shared: Connection | None = getattr(self._shared, "connection", None)
        if shared is not None:
            yield shared
            return
        with self.in_words(), self.reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def shared_snapshot(self, asked: "Sequence[Asked]" = ()) -> Iterator[None]:
        """Let all that this thread reads within the context be of one and the same state.

        Args:
            asked: what will be asked, as far as that is known: a server is asked it all at once.

        Raises:
            StoreError: the database can't be read.
        """
        with self.in_words(), self.reading.connect() as connection:
            self.ask_ahead(connection, asked)
            with connection.begin():
                self._shared.connection = connection
                try:
                    yield
                finally:
                    self._shared.connection = None

    def ask_ahead(self, connection: Connection, asked: "Sequence[Asked]") -> None:
        """Note what will be asked in the next transaction, where it helps to know."""
        del connection, asked

    def __enter__(self) -> Self:
        """Return the database itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


class WriteConnection(ABC):
    """The connection that the writer stores through. Belongs to the writer's thread.

    Attributes:
        incident: what was done to the database last, and is over; None where nothing was.
        warning: what will hinder storing if nobody acts; None where nothing will.
        damage: why nothing is written any more; None while something is.
        failure: why what others did can't be mended now; None where nothing is to be.
        revision: the newest that is committed.
        began_with: the key of the newest report when it was opened first; None before.
        log_bytes: how long the log is that is folded in later; 0 where the engine sees to that.
        is_written_anew: whether the file was, since something was erased last; its log may have
            traces yet.
    """

    log_bytes = 0
    is_written_anew = False
    incident: StoreError | None
    warning: StoreError | None
    damage: StoreError | None
    failure: StoreError | None
    revision: int
    began_with: int | None

    @abstractmethod
    def write(self, work: "Transaction", arrivals: "Sequence[Arrival]" = ()) -> None:
        """Make a transaction.

        Args:
            work: makes and commits it; more than once where it did not succeed.
            arrivals: what it stores.

        Raises:
            StoreError: it is not committed.
        """

    @abstractmethod
    def look(self) -> None:
        """See, while nothing is written, that storing would succeed; nothing before the first use.

        Raises:
            StoreError: it would not.
        """

    @property
    def look_in_s(self) -> float:
        """In how many seconds it is to look, where nothing is written; infinite for no hurry."""
        return inf

    @abstractmethod
    def fold_if_due(self, *, is_early: bool = False) -> bool:
        """Do the maintenance that is due between two transactions; return whether any was.

        Args:
            is_early: whether it is due sooner, as much is about to be written.
        """

    @abstractmethod
    def write_anew(self, on_progress: Callable[[], None]) -> bool:
        """Remove the traces of what was erased; return whether none is left."""

    @abstractmethod
    def failed(self, error: StoreError) -> None:
        """Take note that a transaction failed: what its connection remembers is not trusted."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; the next use opens another."""

    @abstractmethod
    def finish(self) -> None:
        """Close the connection for good."""

    @abstractmethod
    def rescue(self) -> int:
        """Save what only this process has, when the system is about to end it.

        Returns:
            The key of the newest report.
        """

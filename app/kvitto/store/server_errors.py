"""What may happen to a store on a server, each with a sentence for the person at the screen.

`place` is the server and database, without any password.
"""

from typing_extensions import override

from kvitto.core.translatable import translatable
from kvitto.store.edit_errors import RefusedEditError
from kvitto.store.errors import StoreError


class StoreUrlError(StoreError):
    """A store's URL can't be used.

    Attributes:
        file: the file that it was to be read from; "" where there is none.
        is_password_shown: whether it holds a password and stands on the command line.
    """

    file: str = ""
    is_password_shown: bool = False
    english = translatable(
        "Errors",
        "The store's URL can't be read. It is written like "
        "postgresql://kvitto@server.example/kvitto.",
    )
    _of_file = translatable(
        "Errors",
        "No store's URL can be read in {file}. It is one line, written like "
        "postgresql://kvitto@server.example/kvitto.",
    )
    _with_password = translatable(
        "Errors",
        "On the command line everybody on this computer can read a password. Name the URL without "
        "it, and write the password into ~/.pgpass, or the whole URL into a file that "
        "KVITTO_STORE_FILE names.",
    )

    @override
    def template(self) -> str:
        if self.is_password_shown:
            return self._with_password
        return self._of_file if self.file else self.english


class StoreNotNamedError(StoreError):
    """What starts later can't be told which store is meant: others could read its password.

    Attributes:
        file: the file that holds the password, and that others may read; "" where none was named.
    """

    file: str = ""
    english = translatable(
        "Errors",
        "The store was named with its password, and others can read what starts at log-in. Write "
        "the URL into a file that only you can read, and start Kvitto with --store-file FILE.",
    )
    _of_file = translatable(
        "Errors",
        "Others on this computer can read {file}, which holds a password. Let only yourself read "
        "it: chmod 600.",
    )

    @override
    def template(self) -> str:
        return self._of_file if self.file else self.english


class StoreUnreachableError(StoreError):
    """The server does not answer, or ended the connection."""

    goes_on_by_itself = True
    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The store at {place} can't be reached. New reports are refused for now, and wait at the "
        "SMS service for about 90 minutes. Look at the server and the network: Kvitto goes on by "
        "itself once it answers.",
    )


class ServerUntrustedError(StoreUnreachableError):
    """The server does not prove that it is the one that is meant."""

    english = translatable(
        "Errors",
        "The server of the store at {place} can't be trusted: its certificate has expired, is for "
        "another name, or is of an authority that this computer does not know, or it has none. New "
        "reports are refused for now, and wait at the SMS service for about 90 minutes. Ask "
        "whoever looks after the server; Kvitto goes on by itself once that is mended.",
    )


class StoreRefusedError(StoreError):
    """The server does not let this user in, or not do what is needed."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The server of the store at {place} refuses this user. New reports are refused for now, "
        "and wait at the SMS service for about 90 minutes. Check the user's name, password and "
        "rights there.",
    )


class NoDatabaseError(StoreRefusedError):
    """The server has no database of that name, or not any more."""

    english = translatable(
        "Errors",
        "The server has no database at {place}. New reports are refused for now, and wait at the "
        "SMS service for about 90 minutes. Check the database's name, or ask whoever looks after "
        "the server.",
    )


class StoreBusyError(StoreError):
    """Another program holds the store for too long."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "Another program keeps the store at {place} locked. New reports are refused for now, and "
        "wait at the SMS service for about 90 minutes. Look on the server for a transaction that "
        "does not end.",
    )


class StoreAwayError(StoreUnreachableError):
    """The server does not answer whoever looks at the store; receivers it may well answer."""

    english = translatable(
        "Errors",
        "The store at {place} can't be reached now. Kvitto goes on by itself once the server "
        "answers.",
    )


class StoreUntrustedError(StoreAwayError):
    """The server does not prove to whoever looks at the store that it is the one that is meant."""

    english = translatable(
        "Errors",
        "The server of the store at {place} can't be trusted: its certificate has expired, is for "
        "another name, or is of an authority that this computer does not know, or it has none. Ask "
        "whoever looks after the server; Kvitto goes on by itself once that is mended.",
    )


class UserRefusedError(StoreRefusedError):
    """The server does not let whoever looks at the store in."""

    english = translatable(
        "Errors",
        "The server of the store at {place} refuses this user. Check the user's name, password and "
        "rights there.",
    )


class PasswordNotKeptError(StoreError):
    """The operating system's keyring can't be used, or did not keep the password of a store."""

    detail: str = ""
    english = translatable(
        "Errors",
        "This computer's keyring does not keep the password. Write it into the file ~/.pgpass "
        "instead, as PostgreSQL's manual tells, and leave the field empty.",
    )


class NotChangedError(StoreError):
    """A change of the user's was not made: the server does not answer, or is locked by others."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The change was not made: the store at {place} can't be reached now. Make it again once it "
        "can.",
    )


class ChangeRefusedError(StoreError):
    """A change of the user's was not made: the user has no right to it on the server."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The change was not made: the store at {place} does not let this user make it. A user with "
        "the role kvitto_editor may.",
    )


class RejectionsHiddenError(StoreError):
    """The user sees no refused request."""

    english = translatable(
        "Errors",
        "This user does not see what was refused, since phone numbers may be in it. A user with "
        "the role kvitto_editor does.",
    )


class NumbersHiddenError(StoreError):
    """The user sees no phone numbers, and finds nothing by them."""

    english = translatable(
        "Errors",
        "This user does not see phone numbers, so nothing is found by one. A user with the role "
        "kvitto_editor finds it.",
    )


class BodiesHiddenError(StoreError):
    """The user does not see the reports as they came."""

    english = translatable(
        "Errors",
        "This user does not see the reports as they came, so can neither check nor copy them. A "
        "user with the role kvitto_editor can.",
    )


class StoreFullError(StoreError):
    """The server's disk is full."""

    goes_on_by_itself = True
    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The server's disk of the store at {place} is full. New reports are refused for now, and "
        "wait at the SMS service for about 90 minutes. Make room on it: Kvitto goes on by itself.",
    )


class ServerFailedError(StoreError):
    """The server reports an error of its own, or of its disk."""

    place: str
    detail: str = ""
    english = translatable(
        "Errors",
        "The server of the store at {place} reports an error, or lets nobody write. New reports "
        "are refused for now, and wait at the SMS service for about 90 minutes. Look into the "
        "server's log.",
    )


class NoStoreError(StoreError):
    """The database on the server has no store."""

    place: str
    english = translatable(
        "Errors",
        "There is no store at {place} yet. Make one there with kvitto store create, or name the "
        "right database.",
    )


class StoreExistsError(StoreError):
    """The database on the server has a store already."""

    place: str
    english = translatable("Errors", "There is a store at {place} already. It was not changed.")


class StoreVersionError(StoreError):
    """A newer Kvitto made the store.

    Attributes:
        place: where it is.
        found: the version of its schema.
        known: the newest version that this program knows.
    """

    place: str
    found: int
    known: int
    english = translatable(
        "Errors",
        "The store at {place} was made by a newer version of Kvitto. This one does not change it. "
        "Update Kvitto here.",
    )

    def __post_init__(self) -> None:
        """Tell the versions to those who ask."""
        self.detail = f"schema version {self.found}; this program knows versions up to {self.known}"


class ReceiverNameError(StoreError):
    """A receiver can't be called so.

    Attributes:
        is_needless: whether it has no name at all, since the store has no other.
    """

    is_needless: bool = False
    english = translatable(
        "Errors", "A receiver's name has 1 to 60 characters that can be printed, in one line."
    )
    _of_folder = translatable(
        "Errors", "Only a receiver of a store on a server has a name. Leave --name out."
    )

    @override
    def template(self) -> str:
        return self._of_folder if self.is_needless else self.english


class ReceiverNameTakenError(RefusedEditError):
    """Another receiver of the store runs by the same name.

    Attributes:
        name: that name.
    """

    name: str
    english = translatable(
        "Errors",
        "Another receiver of this store runs by the name {name}. Give this one another name with "
        "--name, or wait two minutes if the other one is gone.",
    )


class ReceiverRenamedError(StoreError):
    """Another receiver of the store ran by the same name, and this one goes on by another.

    Attributes:
        name: that name.
        new: the one that it has now.
    """

    name: str
    new: str
    english = translatable(
        "Errors",
        "Another receiver of this store runs by the name {name}. This one is called {new} from now "
        "on: two of one name would hide each other's interruptions. Give each a name of its own "
        "with --name.",
    )


class StoreOutdatedError(StoreError):
    """An earlier Kvitto made the store, and it was not upgraded.

    Attributes:
        place: where it is.
        found: the version of its schema.
        known: the version that this program writes.
    """

    place: str
    found: int
    known: int
    english = translatable(
        "Errors",
        "The store at {place} was made by an earlier version of Kvitto. Start this version's "
        "kvitto receive with it, or have its owner run kvitto store upgrade; reports are refused "
        "until then, and wait at the SMS service for about 90 minutes.",
    )

    def __post_init__(self) -> None:
        """Tell the versions to those who ask."""
        self.detail = f"schema version {self.found}; this program knows versions up to {self.known}"


class DriverMissingError(StoreError):
    """The driver for PostgreSQL is missing, or can't be loaded on this system."""

    detail: str = ""
    english = translatable(
        "Errors",
        "Kvitto's driver for stores on a server, psycopg, is missing or can't be loaded. Install "
        "Kvitto again. A store on this computer needs no driver.",
    )

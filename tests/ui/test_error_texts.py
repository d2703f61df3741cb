"""Errors of the world are told in the language of the window."""

from pathlib import Path
from typing import Final

import pytest

from kvitto.export import export_errors
from kvitto.export.export_errors import ExportError
from kvitto.receiver import receiver_errors
from kvitto.receiver.listener import open_sockets
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store import errors as store_errors
from kvitto.store import restore_errors
from kvitto.store.errors import StoreError
from kvitto.ui.services.preferences import Language
from kvitto.ui.services.single_instance import WindowSilentError
from kvitto.ui.text import error_text
from kvitto.ui.text.languages import Languages

NBSP: Final = "\N{NO-BREAK SPACE}"
SPOKEN: Final = (Language.ENGLISH, Language.SWEDISH)
FILE: Final = Path("/data/kvitto.db")
ERRORS: Final[list[StoreError | ReceiverError | ExportError | WindowSilentError]] = [
    store_errors.DiskFullError(FILE),
    store_errors.DatabaseLockedError(FILE),
    store_errors.DatabaseReadOnlyError(FILE),
    store_errors.DatabaseBrokenError(FILE),
    store_errors.DatabaseGoneError(FILE),
    store_errors.DatabaseTooNewError(FILE, 3, 2),
    store_errors.UnreleasedDatabaseError(FILE),
    store_errors.UpgradeBlockedError(FILE),
    store_errors.DatabaseUnreadableError(FILE),
    store_errors.NetworkDriveError(FILE.parent, "nfs"),
    store_errors.FolderUnusableError(FILE.parent, ""),
    store_errors.NothingReceivedError(FILE.parent),
    store_errors.AlreadyRunningError(FILE.parent, " (process 12)"),
    store_errors.NotPermittedError(FILE),
    store_errors.LogGoneError(FILE),
    store_errors.FilesReplacedError(FILE, ""),
    store_errors.FilesReplacedError(FILE, "kvitto-replaced-20260301-100000"),
    store_errors.ReportsLostError(FILE, 7),
    store_errors.LogLargeError(FILE, 300, ""),
    store_errors.LogLargeError(FILE, 300, "less (process 12)"),
    store_errors.ClockDoubtfulError("2027-03-01 10:00", "jumped"),
    store_errors.BackupFailedError(FILE),
    store_errors.BackupInDataFolderError(FILE),
    store_errors.BackupThereError(FILE),
    store_errors.NotABackupError(FILE, "file is not a database"),
    store_errors.StoreInUseError(FILE),
    restore_errors.RestoreFailedError(FILE, FILE.parent),
    restore_errors.UnfinishedRestoreError(FILE.parent),
    restore_errors.MergeFailedError(FILE, FILE.parent),
    restore_errors.NothingToSalvageError(FILE, "it is empty"),
    store_errors.QueueFullError(9),
    store_errors.StoreClosedError(),
    store_errors.DailyLimitError(),
    store_errors.OutdatedDatabaseError(FILE, 4),
    store_errors.StoreStalledError(),
    receiver_errors.PortTakenError("127.0.0.1", 8370),
    receiver_errors.ReceiverUnreachableError(),
    receiver_errors.ReceiverNotStartedError(),
    export_errors.UnknownBatchError("b1"),
    export_errors.NoRoomError(FILE),
    export_errors.NotWritableError(FILE),
    export_errors.NoFolderError(FILE),
    export_errors.NotAFileError(FILE),
    export_errors.IsADatabaseError(FILE),
    export_errors.InDataFolderError(FILE.parent),
    export_errors.OutputFailedError(FILE, ""),
    WindowSilentError(FILE.parent, ""),
]
ELSEWHERE: Final = {
    receiver_errors.AddressUnusableError,  # its reasons: below
    export_errors.NoBatchInQuarantineError,  # of the command line only
    export_errors.TerminalError,
}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_are_told_in_the_language(
    error: StoreError | ReceiverError | ExportError | WindowSilentError, languages: Languages
) -> None:
    languages.speak(Language.SWEDISH)

    told = error_text.error_text(error.sentence)

    assert error_text.is_known(error.sentence)
    assert told != error.sentence
    assert "{" not in told
    languages.speak(Language.ENGLISH)
    assert error_text.error_text(error.sentence) == error.sentence


def test_no_kind_of_error_is_forgotten() -> None:
    kinds = {
        kind
        for module in (store_errors, restore_errors, receiver_errors, export_errors)
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, (StoreError, ReceiverError, ExportError))
        and kind not in {StoreError, ReceiverError, ExportError}
        and kind.__module__ == module.__name__
    }

    assert kinds - {type(error) for error in ERRORS} == ELSEWHERE


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("192.0.2.1", 8370, "det är inte en adress till den här datorn"),
        ("", 8370, "på ett tomt namn: ingen dator har det namnet"),
        ("127.0.0.1", 99_999, "99999 är ingen port"),
    ],
)
def test_why_an_address_is_of_no_use_is_told_in_the_language(
    host: str, port: int, reason: str, languages: Languages
) -> None:
    languages.speak(Language.SWEDISH)
    with pytest.raises(ReceiverError) as caught:
        open_sockets(host, port, 1)

    assert reason in error_text.error_text(caught.value.sentence)


def test_what_is_no_error_of_ours_is_told_as_it_is(languages: Languages) -> None:
    languages.speak(Language.SWEDISH)

    assert error_text.error_text("The dog ate it.") == "The dog ate it."

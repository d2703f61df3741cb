"""What went wrong, in the reader's language: each error's text is made of its class and its values.

A test sees to it that the match leaves none out.
"""

from pathlib import Path
from typing import TypeAlias, assert_never, cast

from PySide6.QtCore import QCoreApplication

from kvitto.export.export_errors import (
    ExportError,
    InDataFolderError,
    IsADatabaseError,
    NoBatchInQuarantineError,
    NoFolderError,
    NoRoomError,
    NotAFileError,
    NotWritableError,
    OutputFailedError,
    TerminalError,
    UnknownBatchError,
)
from kvitto.problem import ProblemError
from kvitto.reachability.input_errors import InputError
from kvitto.receiver.receiver_errors import (
    FIRST_FREE_PORT,
    LAST_PORT,
    AddressFault,
    AddressUnusableError,
    InternalFaultError,
    LoopFaultError,
    PortTakenError,
    ReceiverError,
    ReceiverNotStartedError,
    ReceiverUnreachableError,
    UnknownProblemError,
)
from kvitto.store.errors import StoreError
from kvitto.ui.text.input_fault_text import input_fault_text
from kvitto.ui.text.store_error_text import store_error_text

_OfReceiver: TypeAlias = (
    PortTakenError
    | AddressUnusableError
    | ReceiverNotStartedError
    | ReceiverUnreachableError
    | InternalFaultError
    | LoopFaultError
    | UnknownProblemError
)
_OfExport: TypeAlias = (
    UnknownBatchError
    | NoRoomError
    | NotWritableError
    | NoFolderError
    | NotAFileError
    | IsADatabaseError
    | InDataFolderError
    | OutputFailedError
    | NoBatchInQuarantineError
    | TerminalError
)


def _receiver_error_text(error: _OfReceiver) -> str:
    translate = QCoreApplication.translate
    match error:
        case PortTakenError(host=host, port=port):
            return translate(
                "Errors",
                "Port {port} on {host} is taken by another program, or by another Kvitto. Stop "
                "that program, or choose another port with --port; --port 0 takes any free one.",
            ).format(host=host, port=port)
        case AddressUnusableError():
            return _address_text(error)
        case ReceiverNotStartedError():
            return translate(
                "Errors",
                "Kvitto's receiver can't be started: it ends at once. Nothing is received until it "
                "can; it is tried again by itself. Why it ends is in kvitto.log, in the data "
                "folder.",
            )
        case ReceiverUnreachableError():
            return translate(
                "Errors",
                "Kvitto's receiver does not answer, so it is not certain that this was done. It is "
                "started again by itself: look, and try again in a moment.",
            )
        case InternalFaultError():
            return translate(
                "Errors",
                "Kvitto made a mistake of its own. The reports that it concerns are refused for "
                "now, and are sent again for about 90 minutes. The log has the details.",
            )
        case LoopFaultError():
            return translate(
                "Errors",
                "A part of Kvitto's receiver made a mistake, and was started again. Reports are "
                "received and stored all the same. The log has the details: send it to whoever "
                "helps you.",
            )
        case UnknownProblemError(code=code):
            return translate(
                "Errors",
                "Kvitto's receiver is of another version than this window, and tells of something "
                "that this one does not know: {code}. Quit Kvitto, and start the newest version.",
            ).format(code=code)
        case _:
            assert_never(error)


def _address_text(error: AddressUnusableError) -> str:
    translate = QCoreApplication.translate
    host = error.host or translate("Errors", "an empty name")
    match error.fault:
        case AddressFault.NO_SUCH_NAME:
            return translate(
                "Errors",
                "Kvitto can't listen on {host}: no computer has that name. Use an address of this "
                "computer with --host, such as 127.0.0.1.",
            ).format(host=host)
        case AddressFault.SYSTEM_PORT:
            return translate(
                "Errors",
                "Kvitto can't listen on {host}: ports below {count} are kept for the system. "
                "Choose a higher one with --port.",
            ).format(host=host, count=FIRST_FREE_PORT)
        case AddressFault.NOT_OURS:
            return translate(
                "Errors",
                "Kvitto can't listen on {host}: that is not an address of this computer. Use one "
                "that is with --host, such as 127.0.0.1.",
            ).format(host=host)
        case AddressFault.NOT_ALLOWED:
            return translate(
                "Errors",
                "Kvitto can't listen on {host}: the system does not allow it. Choose another "
                "address with --host, or another port.",
            ).format(host=host)
        case AddressFault.NO_SUCH_PORT:
            return translate(
                "Errors",
                "Kvitto can't listen on {host}: {port} is not a port. Choose one from 1024 to "
                "{count} with --port.",
            ).format(host=host, port=error.port, count=LAST_PORT)
        case _:
            assert_never(error.fault)


def _export_error_text(error: _OfExport) -> str:
    translate = QCoreApplication.translate
    match error:
        case UnknownBatchError(batch=batch):
            return translate(
                "Errors",
                "No report about a batch {batch} has come. Check the id: an export of the batches "
                "lists all of them.",
            ).format(batch=batch)
        case NoRoomError(file=Path() as file):
            return translate(
                "Errors",
                "The disk that holds {folder} is full. Nothing was exported, and an older file of "
                "that name is unchanged. Make room on it, or choose another folder.",
            ).format(folder=file.parent)
        case NotWritableError(file=file):
            return translate(
                "Errors",
                "{file} can't be written: the file, its folder or its disk is read-only, or "
                "another program such as Excel has it open. Close it there, give yourself the "
                "right to write, or choose another file.",
            ).format(file=file)
        case NoFolderError(file=file):
            return translate(
                "Errors",
                "There is no folder {folder}. Make it, or choose another one.",
            ).format(folder=file.parent)
        case NotAFileError(file=file):
            return translate(
                "Errors",
                "{file} is a folder. Name a file in it.",
            ).format(file=file)
        case IsADatabaseError(file=file):
            return translate(
                "Errors",
                "{file} is a database, and an export would replace it. Choose another file.",
            ).format(file=file)
        case InDataFolderError(folder=folder):
            return translate(
                "Errors",
                "{folder} is where Kvitto keeps what it receives: nothing else is written there. "
                "Choose another folder.",
            ).format(folder=folder)
        case OutputFailedError(file=file):
            return translate(
                "Errors",
                "{file} can't be written: the disk or the system reports an error. Check that the "
                "disk is connected and healthy, or choose another one.",
            ).format(file=file)
        case NoRoomError() | NoBatchInQuarantineError() | TerminalError():
            return str(error)  # of the command line only
        case _:
            assert_never(error)


def error_text(error: ProblemError) -> str:
    """Return the sentence of an error in the reader's language."""
    match error:
        case InputError():
            return input_fault_text(error.fault)
        case ExportError():
            return _export_error_text(cast("_OfExport", error))
        case ReceiverError() | ReceiverUnreachableError():
            return _receiver_error_text(cast("_OfReceiver", error))
        case InternalFaultError() | LoopFaultError() | UnknownProblemError():
            return _receiver_error_text(error)
        case StoreError():
            return store_error_text(error)
        case _:
            raise AssertionError(type(error))

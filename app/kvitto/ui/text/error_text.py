"""What went wrong, in the reader's language: made of the error's class, values and own sentence."""

from PySide6.QtCore import QCoreApplication

from kvitto.problem import ProblemError
from kvitto.store.server_errors import (
    NoStoreError,
    ServerFailedError,
    StoreAwayError,
    StoreBusyError,
    StoreUntrustedError,
    UserRefusedError,
)
from kvitto.ui.text.formatting import number


def error_text(error: ProblemError) -> str:
    """Return the sentence of an error in the reader's language."""
    return error.text(lambda text: QCoreApplication.translate("Errors", text), number)


def is_about_server(sentence: str, place: str) -> bool:
    """Tell whether a sentence says that the store at a place of a server can't be read at all."""
    kinds = (
        StoreAwayError,
        StoreUntrustedError,
        StoreBusyError,
        UserRefusedError,
        ServerFailedError,
        NoStoreError,
    )
    return any(sentence == error_text(kind(place)) for kind in kinds)

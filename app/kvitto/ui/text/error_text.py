"""What went wrong, in the reader's language: made of the error's class, values and own sentence."""

from PySide6.QtCore import QCoreApplication

from kvitto.problem import ProblemError


def error_text(error: ProblemError) -> str:
    """Return the sentence of an error in the reader's language."""
    return error.text(lambda text: QCoreApplication.translate("Errors", text))

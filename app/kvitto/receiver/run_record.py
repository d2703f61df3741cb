"""By which right a request brings a report."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import Origin


class RunRecord(NamedTuple):
    """By which right a request brings a report.

    Attributes:
        key: the number of its key in the store; None where none is needed.
        origin: what its report counts as.
        marks: what was wrong with its URL.
        extra: what is glued to the key, so that the request can't be taken.
    """

    key: int | None
    origin: Origin
    marks: tuple[str, ...] = ()
    extra: str = ""


OnUnanswered: TypeAlias = Callable[[RejectedBodyError, bytes, RunRecord | None], None]
"""Is told what came and is no whole request, its beginning, and the right of the one before it."""

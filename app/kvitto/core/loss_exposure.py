"""Whether reports about a batch may be among those that an interruption has cost. Pure.

Which reports are deleted nobody can know here: only when they were tried first. A batch that was
heard of around that time may have had some among them, and one whose first words are missing has.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from kvitto.core.awaited import awaited_until
from kvitto.core.outages import IP1_RETRIES, Risk, TimeRange

FIRST_STEPS: Final = frozenset({101, 102, 103})
"""A batch begins with one of these: accepted, queued, funded."""


class Beginning(NamedTuple):
    """How a batch was heard of first.

    Attributes:
        created: when the SMS service says that something happened of it first; the arrival where it
            does not say.
        code: the status in its first report.
    """

    created: datetime
    code: int


class BatchSeen(NamedTuple):
    """What is known of a batch's time.

    Attributes:
        first, last: when its first and its last report came.
        is_finished: whether all that was seen of it is finished.
        is_whole: whether that is all that the user expects, too: then nothing of it is missing.
    """

    first: datetime
    last: datetime
    is_finished: bool
    is_whole: bool


def needs_beginning(seen: BatchSeen, risks: Iterable[Risk]) -> bool:
    """Tell whether `exposed_in` has to know how a batch was heard of first."""
    return not seen.is_whole and any(
        one.span.end < seen.first <= awaited_until(one.until) for one in risks
    )


def exposed_in(
    seen: BatchSeen, beginning: Beginning | None, risks: Iterable[Risk]
) -> list[TimeRange]:
    """Return of which times reports about a batch may be deleted, oldest first.

    Args:
        seen: what is known of its time.
        beginning: how it was heard of first; None where that is not known.
        risks: when reports may have been deleted, oldest first.
    """
    if seen.is_whole:
        return []
    return [one.span for one in risks if _was_there(seen, beginning, one)]


def _was_there(seen: BatchSeen, beginning: Beginning | None, risk: Risk) -> bool:
    """Tell whether a batch was under way in a time of risk, as far as can be told."""
    if seen.first > risk.span.end:
        # It was heard of afterwards: of what came before, its last words may be all that is left.
        if beginning is None:
            return seen.first <= risk.until
        if beginning.created <= risk.until:
            return True
        return beginning.code not in FIRST_STEPS and seen.first <= awaited_until(risk.until)
    if seen.last >= risk.span.begin:
        return True
    # It was heard of before only. Where all that was seen is finished, it may have been sent on
    # for a little while; where not, its last reports may have been due at any time.
    still_due = seen.last + IP1_RETRIES.longest if seen.is_finished else awaited_until(seen.last)
    return still_due >= risk.span.begin

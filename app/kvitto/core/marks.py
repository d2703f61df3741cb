"""What is unusual about a report that was taken all the same: marks, kept as one plain text.

Most are the names of fields that could not be read, as the SMS service spells them; such a field
counts as absent, and the raw body keeps it. Whoever receives reports may add marks of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Final

OPTIONAL_FIELDS: Final = (
    "recipient",
    "duration",
    "created",
    "segments",
    "price",
    "currency",
    "reference",
)
"""The fields that never cost a report, in the order in which their marks are kept."""
BODY_MARK: Final = "body"
"""Of the report's body only a part is kept: see `kvitto.core.kept_body`."""
URL_MARK: Final = "url"
"""The report came by a URL that was not spelled as ours is."""


def joined(marks: Iterable[str]) -> str | None:
    """Return marks as the text that is kept, each once and in a fixed order; None for none."""
    different = set(marks)
    if not different:
        return None
    fields = [name for name in OPTIONAL_FIELDS if name in different]
    return " ".join([*fields, *sorted(different.difference(OPTIONAL_FIELDS))])


def split(kept: str | None) -> tuple[str, ...]:
    """Return the marks that `joined` made a text of."""
    return tuple(kept.split()) if kept else ()


def fields_among(marks: Iterable[str]) -> tuple[str, ...]:
    """Return those marks that are names of fields that could not be read."""
    return tuple(mark for mark in marks if mark in OPTIONAL_FIELDS)


def reports_with_unread_fields(counts: Mapping[str, int]) -> int:
    """Return how many reports had a field that could not be read.

    Args:
        counts: how many reports have each combination of marks, as `joined` writes it.
    """
    return sum(count for kept, count in counts.items() if fields_among(split(kept)))


def reports_by_mark(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many reports have each mark: the fields first, in their order.

    Args:
        counts: as for `reports_with_unread_fields`.
    """
    found: dict[str, int] = {}
    for kept, count in counts.items():
        for mark in split(kept):
            found[mark] = found.get(mark, 0) + count
    return {mark: found[mark] for mark in split(joined(found))}

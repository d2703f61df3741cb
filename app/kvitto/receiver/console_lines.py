"""What `kvitto receive` says now and then of what it has done."""

from datetime import datetime

from kvitto.receiver.metrics import ReceiverCounters


def counted(number: int, one: str, many: str) -> str:
    """Return a number with the word for one, or for many.

    >>> counted(1, "report", "reports"), counted(2, "report", "reports")
    ('1 report', '2 reports')
    """
    return f"{number} {one if number == 1 else many}"


def news_of(counters: ReceiverCounters) -> tuple[int, ...]:
    """Return what makes a line worth saying where it changes."""
    return (counters.stored, counters.duplicates, counters.refused, counters.unauthorized_counts)


def line_of(counters: ReceiverCounters) -> str:
    """Return what the receiver has done so far, with the time."""
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    parts = [f"{counted(counters.stored, 'report', 'reports')} stored since the start"]
    if counters.duplicates:
        parts.append(f"{counters.duplicates} came again")
    if counters.refused:
        parts.append(f"{counters.refused} refused and kept (kvitto export --table quarantine)")
    if counters.unauthorized_counts:
        parts.append(
            f"{counted(counters.unauthorized_counts, 'request', 'requests')} without a valid key"
        )
    return f"{clock} {', '.join(parts)}"

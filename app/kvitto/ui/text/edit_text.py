"""Who changed something, and when."""

from datetime import datetime

from kvitto.core.invisible import plain_line
from kvitto.store.edit_audit import EditMark
from kvitto.ui.text import formatting


def edit_mark_text(mark: EditMark) -> str:
    """Return who made an edit, and the local time of it; of another day, with the date."""
    is_today = mark.at.astimezone().date() == datetime.now().astimezone().date()
    clock = formatting.clock_time(mark.at, with_seconds=False)
    when = clock if is_today else f"{formatting.day(mark.at)} {clock}"
    return f"{plain_line(mark.editor)}, {when}"

"""Why no report could come in, in words."""

from kvitto.core.outages import OutageCause
from kvitto.ui.text.outage_text import cause_text, cause_word, now_text


def test_what_can_not_be_stored_is_not_said_to_be_this_computers_disk() -> None:
    said = [put(OutageCause.DISK) for put in (cause_word, cause_text, now_text)]
    assert [one for one in said if "disk" in one] == []  # it may be a server that is away

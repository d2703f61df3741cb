"""Which rows are exported."""

from typing import NamedTuple

from kvitto.export.kinds import What
from kvitto.store.search_conditions import ShownScope


class RowChoice(NamedTuple):
    """Which rows are asked for.

    Attributes:
        what: of which table.
        batch_id: the SMS service's id of the only batch; None for all.
        with_demo: whether what demo campaigns and test reports made is among all; the only batch is
            written in any case.
        shown: only what is shown; None for all. It says itself whether demos are in.
    """

    what: What
    batch_id: str | None = None
    with_demo: bool = False
    shown: ShownScope | None = None

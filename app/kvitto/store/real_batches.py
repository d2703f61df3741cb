"""What counts: what the SMS service reported; no demo, no test report, nothing in the bin."""

from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from kvitto.core.report import Origin
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.schema import batch, callback_key, quarantine

REAL_BATCH: Final[ColumnElement[bool]] = and_(
    batch.c.origin != Origin.DEMO.value, not_in_bin(batch.c.pk)
)
"""The condition that a batch counts."""
HAS_REPORTS: Final[ColumnElement[bool]] = batch.c.report_count > 0
"""The condition that a batch was heard of: its times are not those of asking the API about it."""
REAL_REJECTION: Final[ColumnElement[bool]] = or_(
    quarantine.c.callback_key_pk.is_(None),
    quarantine.c.callback_key_pk.not_in(
        select(callback_key.c.pk).where(callback_key.c.origin == Origin.DEMO.value)
    ),
)
"""The condition that a refused request counts: it did not come by a demo's URL."""

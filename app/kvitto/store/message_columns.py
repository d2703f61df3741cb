"""What is read of a message, and what its columns mean together."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from kvitto.core.money import NO_CURRENCY
from kvitto.core.status import DELIVERED_TO_HANDSET, REFUNDED
from kvitto.store.asked_tables import asked_status
from kvitto.store.record_rows import SOURCE_COLUMNS
from kvitto.store.schema import message, report

_SOURCES: Final = [name for name in SOURCE_COLUMNS if name.endswith("_report_pk")]


def _rank_of(name: str) -> ColumnElement[Any]:
    """Return what decides the rank of the report that a column names; NULL for none.

    A key below zero names an asked status.
    """
    its, asked = report.alias(f"{name}_report"), asked_status.alias(f"{name}_asked")
    of_report = func.json_array(
        its.c.pk,
        its.c.is_final,
        its.c.code,
        func.coalesce(its.c.created_at_us, its.c.arrived_at_us),
        its.c.fingerprint,
    )
    of_asked = func.json_array(
        asked.c.pk, asked.c.is_final, asked.c.code, asked.c.created_at_us, asked.c.fingerprint
    )
    return case(
        (
            message.c[name] < 0,
            select(of_asked).where(asked.c.pk == message.c[name]).scalar_subquery(),
        ),
        else_=select(of_report).where(its.c.pk == message.c[name]).scalar_subquery(),
    )


SOURCES: Final[ColumnElement[Any]] = case(
    (
        # NULL for the many messages whose values are all of the current state's report.
        func.coalesce(message.c.refund_price_nano, *(message.c[name] for name in _SOURCES)).is_not(
            None
        ),
        func.json_array(
            *(_rank_of(name) if name in _SOURCES else message.c[name] for name in SOURCE_COLUMNS)
        ),
    )
)
"""`SOURCE_COLUMNS` as a JSON list, with what decides the ranks of the reports instead of keys."""
REPORTED_AT_US: Final[ColumnElement[Any]] = case(
    (message.c.report_pk > 0, message.c.arrived_at_us),
    else_=select(func.max(report.c.arrived_at_us))
    .where(report.c.message_pk == message.c.pk)
    .scalar_subquery(),
)
"""When it was heard of: when the report that is its current state arrived. Where that was asked
from the API, when its last report arrived; NULL for none. Whoever reads when something arrived
reads this: `arrived_at_us` may be when it was asked."""
MESSAGE: Final[tuple[ColumnElement[Any], ...]] = (
    *message.c,
    SOURCES.label("sources"),
    REPORTED_AT_US.label("reported_at_us"),
)
"""The columns of a message, and what else is needed for its state."""

IS_FINISHED: Final = or_(message.c.is_final, message.c.code == DELIVERED_TO_HANDSET)
"""Whether the message is final or delivered."""
IS_REPORTED: Final = message.c.report_pk > 0
"""Whether its current state is a report's: of an asked status, `arrived_at_us` is the asking."""
IS_REFUNDED: Final = func.coalesce(message.c.funding_code, 0) == REFUNDED
"""Whether its price was paid back."""
PRICE_NANO: Final = case(
    (IS_REFUNDED, func.coalesce(message.c.price_nano, message.c.refund_price_nano)),
    else_=message.c.price_nano,
)
"""What it costs, or would if it had not been paid back; NULL where unknown."""
COST_NANO: Final = case((and_(IS_REFUNDED, PRICE_NANO.is_not(None)), 0), else_=message.c.price_nano)
"""What it costs; NULL where unknown."""
CURRENCY: Final = func.coalesce(
    case(
        (message.c.price_nano.is_(None), message.c.refund_currency),
        else_=message.c.price_currency,
    ),
    message.c.currency,
    NO_CURRENCY,
)
"""The currency of its price; it means nothing where that is NULL."""

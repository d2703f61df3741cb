"""Write the messages and sums that a group of arrivals, or an edit, has changed."""

from collections.abc import Iterable, Sequence

from kvitto.core.money import NANO
from kvitto.store import compiled_sql
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.prepared_statements import Cursor, Tuple
from kvitto.store.record_rows import sources_to_values, state_to_values


def write_messages(cursor: Cursor, changed: Sequence[TouchedMessage], revision: int) -> None:
    """Write the states of messages, new ones among them."""
    usual: list[Tuple] = []
    mixed: list[Tuple] = []
    for one in changed:
        state = one.state
        assert state is not None
        values = (
            one.pk,
            one.its_batch.pk,
            one.message_id,
            revision,
            *state_to_values(state),
        )
        sources = sources_to_values(state)
        if sources is None:
            usual.append(values)
        else:
            mixed.append(values + sources)
    compiled_sql.ADD_MESSAGE.write(cursor, usual)
    compiled_sql.ADD_MIXED_MESSAGE.write(cursor, mixed)


def write_sums(cursor: Cursor, batches: Iterable[TouchedBatch], revision: int) -> None:
    """Add to the sums of batches what has changed."""
    statuses: list[Tuple] = []
    costs: list[Tuple] = []
    steps: list[Tuple] = []
    rates: list[Tuple] = []
    marks: list[Tuple] = []
    for one in batches:
        pk, sums = one.pk, one.sums
        sums.drop_zeros()
        for code, counted in sums.statuses.items():
            segments = (counted.segments, counted.finished_segments)
            statuses.append((pk, code, counted.messages, counted.finished, *segments, revision))
        for currency, cost in sums.costs.items():
            paid_back = (*divmod(cost.paid_back_nano, NANO), cost.paid_back_messages)
            costs.append(
                (pk, currency, *divmod(cost.nano, NANO), cost.messages, *paid_back, revision)
            )
        for (currency, minute), nano in sums.steps.items():
            steps.append((pk, currency, minute, *divmod(nano, NANO), revision))
        for (minute, code), (reports, ended) in one.steps.items():
            rates.append((pk, minute, code, reports, ended, revision))
        for kept, reports in one.marks.items():
            marks.append((pk, kept, reports, revision))
    compiled_sql.ADD_STATUS.write(cursor, statuses)
    compiled_sql.ADD_COST.write(cursor, costs)
    compiled_sql.ADD_STEP.write(cursor, steps)
    compiled_sql.ADD_REPORTS.write(cursor, rates)
    compiled_sql.ADD_MARKS.write(cursor, marks)

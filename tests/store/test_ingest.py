"""The law, held by the real tables: any order and any repetition gives the same store."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvitto.core.report import DeliveryReport
from kvitto.core.state import ReceivedReport
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.ingest import IngestGroup
from kvitto.store.reader import Reader
from kvitto.store.table_blocks import message_blocks
from tests.core.strategies import any_report, received, reports, streams
from tests.helpers.examples import examples
from tests.helpers.ledger import Ledger
from tests.store.arrivals import as_arrivals
from tests.store.conftest import NewStore


def on_new_stores(count: int) -> settings:
    """Return settings for so many examples, each of which makes a store of its own."""
    return settings(
        examples(count),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def store_in_groups(
    database: Database, posted: Sequence[DeliveryReport], sizes: Sequence[int]
) -> None:
    """Store reports in groups of these sizes, over and over."""
    arrivals = as_arrivals(received(posted))
    taken = 0
    turn = 0
    with database.writing.connect() as connection:
        while taken < len(arrivals):
            size = sizes[turn % len(sizes)]
            with connection.begin():
                IngestGroup(connection).store(arrivals[taken : taken + size])
            taken += size
            turn += 1


def first_copies(posted: Sequence[DeliveryReport]) -> list[ReceivedReport]:
    """Return what the store is to keep of what was posted, numbered as it numbers."""
    kept: dict[DeliveryReport, ReceivedReport] = {}
    for one in received(posted):
        if one.report not in kept:
            kept[one.report] = ReceivedReport(one.report, len(kept) + 1, one.arrived)
    return list(kept.values())


def picture(database: Database) -> dict[str, Any]:
    """Return all states and sums that the store keeps, by the SMS service's ids."""
    reader = Reader(database)
    return {
        "states": {(one.batch_id, one.message_id): one.state for one in reader.stream_messages()},
        "statuses": {one.batch_id: one.statuses for one in reader.batches()},
        "costs": {one.batch_id: one.costs for one in reader.batches()},
    }


def priced(database: Database) -> list[tuple[Any, ...]]:
    """Return what the blocks of messages say of their prices, in which SQL decides."""
    return [
        (message_id, price_nano, None if price_nano is None else currency, bool(is_refunded))
        for block in message_blocks(database, with_demo=True)
        for message_id, price_nano, currency, is_refunded in zip(
            block["message_id"],
            block["price_nano"],
            block["currency"],
            block["is_refunded"],
            strict=True,
        )
    ]


def priced_by_states(database: Database) -> list[tuple[Any, ...]]:
    """Return what the states say of the same."""
    states = [(one.message_id, one.state) for one in Reader(database).stream_messages()]
    return [
        (
            message_id,
            None if state.price is None else state.price.nano,
            None if state.price is None else state.price.currency,
            state.is_refunded,
        )
        for message_id, state in states
    ]


def told_by(ledger: Ledger) -> dict[str, Any]:
    return {
        "states": ledger.states,
        "statuses": {batch_id: dict(sums.statuses) for batch_id, sums in ledger.sums.items()},
        "costs": {batch_id: dict(sums.costs) for batch_id, sums in ledger.sums.items()},
    }


@on_new_stores(60)
@given(posted=streams(), sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_the_tables_say_what_the_ledger_says(
    new_store: NewStore, posted: list[DeliveryReport], sizes: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as database:
        store_in_groups(database, posted, sizes)

        kept = first_copies(posted)
        assert picture(database) == told_by(Ledger(kept))
        result = check(database)
        assert result.differences == []
        assert result.reports == len(kept)
        assert priced(database) == priced_by_states(database)


@on_new_stores(40)
@given(st.lists(any_report(), max_size=6, unique=True), st.data())
def test_any_report_within_the_bounds_is_stored_and_read_back(
    new_store: NewStore, posted: list[DeliveryReport], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(posted))
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as database:
        store_in_groups(database, order, [3])

        reader = Reader(database)
        assert {one.received.report for one in reader.stream_reports()} == set(posted)
        assert check(database).differences == []


@on_new_stores(40)
@given(st.lists(reports(), max_size=20), st.data())
def test_the_split_into_groups_makes_no_difference(
    new_store: NewStore, posted: list[DeliveryReport], data: st.DataObject
) -> None:
    sizes = st.lists(st.integers(1, 25), min_size=1, max_size=3)
    pictures = []
    for chosen in (data.draw(sizes), data.draw(sizes)):
        with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as database:
            store_in_groups(database, posted, chosen)
            pictures.append(picture(database))
    assert pictures[0] == pictures[1]

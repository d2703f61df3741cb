"""Sums over all batches, kept from one call to the next."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from kvitto.core.report import Origin
from kvitto.store import totals
from kvitto.store.batch_statistics import Statistics
from kvitto.store.bin import MoveToBin
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches, is_any_pending
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.search_conditions import ShownScope
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

LATER = START + timedelta(days=100)
SCOPES = (ShownScope(), ShownScope(with_demo=True), ShownScope(with_archived=False))


@pytest.fixture
async def old_and_new(writer: Writer) -> None:
    old = [
        arriving(a_report(f"m{n}", batch_id=f"old-{n % 3}", code=code), at=START)
        for n in range(9)
        for code in (102, 201 if n % 2 else 104)
    ]
    demo = ReportRequest(a_report(batch_id="demo"), b"{}", START, origin=Origin.DEMO)
    await append_all(writer, [*old, demo])
    await append_all(writer, [arriving(a_report(batch_id="new"), at=LATER)])


@pytest.mark.usefixtures("old_and_new")
async def test_sums_that_are_kept_are_those_that_are_added_up_anew(
    writer: Writer, reader: Reader, database: Database
) -> None:
    kept = [(scope, Statistics(database)) for scope in SCOPES]

    def is_right() -> bool:
        return all(
            statistics.totals(shown=scope) == Statistics(database).totals(shown=scope)
            for scope, statistics in kept
        )

    keys = {one.batch_id: one.key for one in reader.batches()}
    assert is_right()
    await append_all(writer, [arriving(a_report(batch_id="new", code=201), at=LATER)])
    assert is_right(), "one that is live has changed"
    await append_all(writer, [arriving(a_report("m1", batch_id="old-1", code=511), at=LATER)])
    assert is_right(), "an old one has changed"
    await append_all(writer, [arriving(a_report(batch_id="newest"), at=LATER)])
    assert is_right(), "there is another one"
    writer.edit(ChangeBatch(keys["old-0"], BatchChange(is_archived=True))).result(60)
    assert is_right(), "an old one is out of the way"
    writer.edit(MoveToBin((keys["old-1"],), LATER)).result(60)
    assert is_right(), "an old one is in the bin"
    writer.edit(DeleteBatches((keys["old-2"], keys["new"]))).result(60)
    while is_any_pending(database):
        assert writer.flush(60)
    assert is_right(), "some are gone"


@pytest.mark.usefixtures("old_and_new")
async def test_what_is_old_is_added_up_once(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 0
    usual = totals._old_batches  # noqa: SLF001 - nothing else tells how often

    def counting(connection: Connection, scope: ShownScope) -> object:
        nonlocal times
        times += 1
        return usual(connection, scope)

    monkeypatch.setattr(totals, "_old_batches", counting)
    statistics = Statistics(database)
    assert statistics.totals().messages == 10
    for code in (110, 201):
        await append_all(writer, [arriving(a_report(batch_id="new", code=code), at=LATER)])
        assert statistics.totals().messages == 10
    assert times == 1
    await append_all(writer, [arriving(a_report("m2", batch_id="old-2", code=511), at=LATER)])
    assert statistics.totals().statuses[511].messages == 1
    assert times == 2

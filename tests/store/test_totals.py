"""Sums over all batches, kept from one call to the next."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from kvitto.core.report import Origin
from kvitto.core.sending_period import SentRange
from kvitto.core.status import Result
from kvitto.store import totals
from kvitto.store.batch_statistics import Statistics
from kvitto.store.bin import MoveToBin, PutBack
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches, is_any_pending
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.search_conditions import MessageFilter, ShownScope
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
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


async def test_what_no_list_shows_is_told_apart(writer: Writer, database: Database) -> None:
    await append_all(
        writer,
        [
            arriving(a_report(f"{of}-{n}", batch_id=of, code=511, final=True), at=START)
            for n, of in enumerate(("archived", "purged", "both", "listed", "listed"))
        ],
    )
    keys = {one.batch_id: one.key for one in Reader(database).batches()}
    statistics = Statistics(database)
    for of in ("archived", "both"):
        writer.edit(ChangeBatch(keys[of], BatchChange(is_archived=True))).result(60)
    for of in ("purged", "both"):
        purge(writer.edit, keys[of], LATER)

    totals = statistics.totals()

    assert (totals.messages, totals.batches, totals.archived_batches) == (5, 4, 2)
    assert totals.listed_results(with_archived=False)[Result.FAILED] == 2
    assert totals.listed_results(with_archived=True)[Result.FAILED] == 3
    hidden = statistics.totals(shown=ShownScope(with_archived=False))
    assert (hidden.batches, hidden.archived_batches) == (2, 0)
    assert hidden.listed_results(with_archived=False)[Result.FAILED] == 2


class Follower:
    """Adds up what a scope shows by what changes, and compares it with what is read anew."""

    def __init__(self, database: Database, scope: ShownScope) -> None:
        self._reader, self._database, self._scope = Reader(database), database, scope
        self._statistics, self._known = Statistics(database), 0

    def is_right(self, *, forgets: bool = False) -> bool:
        """Take up what has changed; `forgets` that it did, as where something else failed."""
        changes = self._reader.changes_since(self._known)
        found = self._statistics.totals(shown=self._scope, changes=changes)
        if not forgets:
            self._known = changes.revision
        return found == Statistics(self._database).totals(shown=self._scope)


@pytest.mark.usefixtures("old_and_new")
async def test_sums_that_follow_changes_are_those_that_are_added_up_anew(
    writer: Writer, reader: Reader, database: Database
) -> None:
    sent = SentRange(LATER - timedelta(days=1), LATER + timedelta(days=1))
    among = frozenset(one.key for one in reader.batches())
    scopes = (
        *SCOPES,
        ShownScope(MessageFilter(sent=sent)),
        ShownScope(among=among),
        ShownScope(among=frozenset()),
    )
    followers = [Follower(database, scope) for scope in scopes]

    def is_right(*, forgets: bool = False) -> bool:
        right = [one.is_right(forgets=forgets) for one in followers]
        return all(right)

    keys = {one.batch_id: one.key for one in reader.batches()}
    assert is_right()
    for code in (110, 201):
        await append_all(writer, [arriving(a_report(batch_id="new", code=code), at=LATER)])
        assert is_right(), "one that is live has changed"
    await append_all(
        writer,
        [
            arriving(a_report(f"m{n}", batch_id="next", code=code, currency=currency), at=LATER)
            for n, (code, currency) in enumerate(((102, "SEK"), (201, None), (511, "SEK")))
        ],
    )
    assert is_right(forgets=True), "there is another one"
    paid_back = a_report("m0", batch_id="next", code=610, currency="SEK", second=1)
    await append_all(writer, [arriving(paid_back, at=LATER)])
    assert is_right(), "what was told is told once more"
    writer.edit(ChangeBatch(keys["new"], BatchChange(is_archived=True))).result(60)
    assert is_right(), "one is out of the way"
    purge(writer.edit, keys["new"], LATER)
    assert is_right(), "its messages are gone"
    next_key = max(one.key for one in reader.batches())
    for edit in (MoveToBin((next_key,), LATER), PutBack((next_key,))):
        writer.edit(edit).result(60)
        assert is_right(forgets=True)
        assert is_right()
    demo = ReportRequest(a_report("d", batch_id="demo-2"), b"{}", LATER, origin=Origin.DEMO)
    await append_all(writer, [demo])
    assert is_right(), "a demo"
    await append_all(writer, [arriving(a_report("e", batch_id="demo-2"), at=LATER)])
    assert is_right(), "that is a real one now"
    await append_all(writer, [arriving(a_report("m1", batch_id="old-1", code=511), at=LATER)])
    assert is_right(), "an old one has changed"
    writer.edit(DeleteBatches((keys["old-2"], next_key))).result(60)
    while is_any_pending(database):
        assert writer.flush(60)
    assert is_right(), "some are gone"


@pytest.mark.usefixtures("old_and_new")
async def test_changes_that_leave_something_out_are_not_followed(
    writer: Writer, reader: Reader, database: Database
) -> None:
    statistics = Statistics(database)
    known = reader.changes_since(0)
    statistics.totals(changes=known)
    await append_all(writer, [arriving(a_report("m", batch_id="missed"), at=LATER)])
    missed = reader.changes_since(known.revision)
    await append_all(writer, [arriving(a_report("n", batch_id="seen"), at=LATER)])

    later = reader.changes_since(missed.revision)

    assert statistics.totals(changes=later) == Statistics(database).totals()


@pytest.mark.usefixtures("old_and_new")
async def test_a_batch_is_added_up_anew_at_its_first_change_and_followed_from_then_on(
    writer: Writer, reader: Reader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics, known = Statistics(database), reader.revision()
    statistics.totals()
    times = 0
    usual = totals._sums  # noqa: SLF001 - nothing else tells how often

    def counting(*arguments: Any) -> object:
        nonlocal times
        times += 1
        return usual(*arguments)

    monkeypatch.setattr(totals, "_sums", counting)
    heard: list[int] = []
    for batch_id in ("new", "new", "newer", "newer", "new"):
        message_id = f"m{len(heard)}"
        await append_all(writer, [arriving(a_report(message_id, batch_id=batch_id), at=LATER)])
        changes = reader.changes_since(known)
        statistics.totals(changes=changes)
        known = changes.revision
        heard.append(times)
    assert heard == [1, 1, 1, 1, 1]
    before = statistics.totals(changes=reader.changes_since(known))
    assert statistics.totals(changes=reader.changes_since(known)) is before


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

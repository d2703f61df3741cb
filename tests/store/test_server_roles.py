"""The roles of a store on a server: what each may do, and what it must be refused."""

import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import Text, event, text

from kvitto.core.follow_up import FollowUpMark
from kvitto.core.outages import OutageCause
from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.state import Sourced
from kvitto.export.exporter import found_records
from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.store.asked_edits import AddAsked
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.deletions import DeleteBatches, PurgePart
from kvitto.store.edit_errors import DeletingElsewhereError
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import (
    create_store,
    creating_sql,
    open_store_at,
    server_database,
    server_source,
    upgrade_store,
)
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_roles import LEFT_OUT, MASKED
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat, RecordOutage
from kvitto.store.outage_queries import OutageReader
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Reader
from kvitto.store.schema import metadata
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.server_errors import (
    BodiesHiddenError,
    RejectionsHiddenError,
    StoreRefusedError,
    UserRefusedError,
)
from kvitto.store.unreadable_items import UnreadableItem
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.postgres import Cluster, programs
from tests.store.arrivals import START, a_report, append_all, arriving, refused

NUMBER: Final = "46701234567"
OpenAs = Callable[[str], Database]

HARMLESS: Final = {
    "external_id",
    "origin",
    "public_url",
    "currency",
    "price_currency",
    "refund_currency",
    "marks",
    "kind",
    "cause",
    "fault",
    "receiver",
    "folder_id",
    "mark",
    "clock_boot",
    "clock_doubt",
    "source",
    "event",
    "incomplete",
    "sender",
    "mcc",
    "mnc",
    "batch_external_id",
    "editor",
    "field",
    "note",
}
"""The columns with texts in which no number, message or key can stand. A code's note is one."""


@pytest.fixture(scope="module")
def url(cluster: Cluster) -> Iterator[StoreUrl]:
    """Return a store with roles, and a user of each of them."""
    made = cluster.new_database()
    assert create_store(made, Path())
    for role in ("receiver", "editor", "viewer"):
        cluster.execute(f"CREATE ROLE a_{role} LOGIN IN ROLE kvitto_{role}")
    cluster.execute("CREATE ROLE a_stranger LOGIN")
    yield made
    cluster.drop(made)
    for role in ("receiver", "editor", "viewer", "stranger"):
        cluster.execute(f"DROP ROLE a_{role}")


@pytest.fixture
def open_as(url: StoreUrl, data_dir: Path) -> Iterator[OpenAs]:
    """Return what opens the store as a user."""
    opened: list[Database] = []

    def open_one(role: str) -> Database:
        as_user = StoreUrl(url.text.replace("kvitto@", f"a_{role}@"))
        opened.append(open_store_at(as_user, data_dir))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def writer_as(url: StoreUrl, data_dir: Path) -> Iterator[Callable[[str], Writer]]:
    """Return what starts the writer of a user: of a receiver's, or of a window's."""
    started: list[Writer] = []
    opened: list[Database] = []

    def start(role: str) -> Writer:
        as_user = StoreUrl(url.text.replace("kvitto@", f"a_{role}@"))
        opened.append(server_database(as_user, data_dir, receives=role == "receiver"))
        started.append(Writer(opened[-1]))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.close()
    for database in opened:
        database.close()


def may(url: StoreUrl, role: str, statement: str) -> bool:
    """Return whether a role may execute a statement; nothing of it is kept."""
    as_user = url.text.replace("kvitto@", f"a_{role}@")
    with psycopg.connect(as_user) as connection:
        connection.execute("SET search_path = kvitto")
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            connection.rollback()
    return True


def value(known: Sourced[str] | None) -> str | None:
    return None if known is None else known.value


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM report",
        "DELETE FROM message",
        "DELETE FROM batch",
        "UPDATE report SET body = ''",
        "UPDATE batch SET label = 'x'",
        "UPDATE batch SET notes = 'x'",
        "UPDATE batch SET is_archived = true",
        "DELETE FROM message_follow_up",
        "INSERT INTO message_follow_up (message_pk, changed_at_us, revision) VALUES (1, 1, 1)",
        "INSERT INTO edit_audit (edited_at_us, editor, field, revision) VALUES (1, 'x', 'y', 1)",
        "INSERT INTO pending_deletion (batch_pk, kind, is_detached) VALUES (1, 'batch', false)",
        "UPDATE schema_version SET version = 9",
        "TRUNCATE report",
        "DROP TABLE report",
        "CREATE TABLE kvitto.other (pk BIGINT)",
    ],
)
def test_a_receiver_may_not(url: StoreUrl, statement: str) -> None:
    assert not may(url, "receiver", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO report SELECT * FROM report LIMIT 0",
        "INSERT INTO callback_key (value, origin, created_at_us) VALUES ('x', 'webhook', 1)",
        "UPDATE callback_key SET revoked_at_us = 1",
        "DELETE FROM receiver_run",
        "UPDATE schema_version SET version = 9",
        "ALTER TABLE report ADD COLUMN other BIGINT",
        "TRUNCATE message",
    ],
)
def test_an_editor_may_not(url: StoreUrl, statement: str) -> None:
    assert not may(url, "editor", statement)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_viewer_may_neither_read_a_table_nor_change_its_view(url: StoreUrl, table: str) -> None:
    assert not may(url, "viewer", f"TABLE kvitto.{table}")
    assert may(url, "viewer", f"TABLE kvitto_viewer.{table}")
    change = f"DELETE FROM kvitto_viewer.{table}"  # noqa: S608 - a table's name
    assert not may(url, "viewer", change)


def test_every_text_is_masked_or_harmless() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Text) or str(column.type) == "BLOB"
    }
    shown = {one for one in texts - set(MASKED) if one.partition(".")[0] not in LEFT_OUT}
    assert {one.partition(".")[2] for one in shown} <= HARMLESS
    assert set(MASKED) - texts == {
        "message_fts.recipient",
        "message_fts.reference",
        "message_fts.words",
    }
    assert "message_follow_up.note" in MASKED


async def test_a_receiver_stores_and_folds(
    open_as: OpenAs, writer_as: Callable[[str], Writer], url: StoreUrl, data_dir: Path
) -> None:
    writer = writer_as("receiver")
    reports = [
        arriving(a_report(f"m{n}", code=code, reference=f"Ref {NUMBER}"))
        for n in range(3)
        for code in (101, 102, 201)
    ]
    assert await append_all(writer, reports) == [WriteResult.STORED] * len(reports)
    assert await append_all(writer, reports[:1]) == [WriteResult.DUPLICATE]
    await append_all(writer, [refused(f"{{{NUMBER}".encode())])
    beat = RecordHeartbeat(START, START + timedelta(minutes=1), receiver="r", served=[(1, 1)])
    writer.edit(beat).result(60)
    writer.edit(RecordOutage(START, None, OutageCause.TUNNEL, receiver="r")).result(60)
    stored = CallbackKeyStore(open_as("receiver"))
    key = stored.newest(START)
    stored.revoke(stored.rotate(key.key, START).key, START)
    assert not check(open_as("receiver")).found
    with open_store_at(url, data_dir) as whole:
        assert not check(whole).found


async def test_a_receiver_that_may_not_delete_says_so_and_receives_on(
    writer_as: Callable[[str], Writer], log_watch: LogWatch
) -> None:
    writer = writer_as("receiver")
    await append_all(writer, [arriving(a_report("m0"))])
    with log_watch.expect(logging.ERROR, "refuses this user"), pytest.raises(StoreRefusedError):
        writer.edit(ChangeBatch(1, BatchChange(label="x"))).result(60)
    with log_watch.expect(logging.WARNING, "stored again"):
        assert await append_all(writer, [arriving(a_report("m9"))]) == [WriteResult.STORED]


def test_a_receiver_leaves_what_is_to_be_deleted_to_others(
    writer_as: Callable[[str], Writer],
) -> None:
    writer = writer_as("receiver")
    part = PurgePart(1, START + timedelta(days=9), START, keeps_sums=True)
    with pytest.raises(DeletingElsewhereError, match="kvitto_editor"):
        writer.edit(part).result(60)
    assert writer.alarm is None


async def test_an_editor_edits_and_deletes(
    open_as: OpenAs, writer_as: Callable[[str], Writer], url: StoreUrl
) -> None:
    receiver, editor = writer_as("receiver"), writer_as("editor")
    await append_all(receiver, [arriving(a_report("e1", batch_id="edited"))])
    reader = Reader(open_as("editor"))
    found = reader.batch("edited")
    assert found is not None
    editor.edit(ChangeBatch(found.key, BatchChange(label="Höstrea", notes="n"))).result(60)
    message = reader.message("edited", "e1")
    assert message is not None
    editor.edit(MarkMessages((message.key,), START, mark=FollowUpMark.CALLED)).result(60)
    item = UnreadableItem(RejectionReason(ReasonCode.ITEM_NOT_SENT), b"{}")
    for _ in range(2):
        editor.edit(AddAsked("edited", START, (), unreadable=(item,))).result(60)
    kept = [one for one in reader.stream_quarantine() if one.kind is RejectionKind.API]
    assert [one.times for one in kept] == [2]
    editor.edit(DeleteBatches((found.key,))).result(60)
    editor.flush()
    assert reader.batch("edited") is None


async def test_a_viewer_sees_neither_numbers_nor_bodies_nor_keys(
    open_as: OpenAs, writer_as: Callable[[str], Writer], data_dir: Path
) -> None:
    receiver, editor = writer_as("receiver"), writer_as("editor")
    one = a_report("v1", batch_id="viewed", reference="Åsa 070-123 45 67")
    await append_all(receiver, [arriving(one), refused(f"{{{NUMBER}".encode())])
    whole = Reader(open_as("editor"))
    batch = whole.batch("viewed")
    assert batch is not None
    label = "Ring 070-123 45 67, 2026-11-29"
    editor.edit(ChangeBatch(batch.key, BatchChange(label=label, notes=NUMBER))).result(60)
    key = CallbackKeyStore(open_as("receiver")).newest(START)

    database = open_as("viewer")
    assert isinstance(database, ServerDatabase)
    reader = Reader(database)
    seen = reader.batch("viewed")
    assert seen is not None
    shown = reader.message("viewed", "v1")
    assert shown is not None
    assert (value(shown.state.recipient), value(shown.state.reference)) == (
        "•••••••••67",
        "Åsa •••••••",
    )
    assert (seen.label, seen.notes) == ("Ring •••••••, 2026-11-29", "•••••••")
    assert [report.body for report in reader.reports(shown.key)] == [b""]
    assert key.value not in {one.value for one in CallbackKeyStore(database).valid()}
    finder = MessageSearch(database)
    assert finder.batches(MessageFilter(text=NUMBER[2:])) == {}
    assert finder.batches(MessageFilter(text="v1")) == {seen.key: 1}
    with pytest.raises(BodiesHiddenError):
        check(database)
    with pytest.raises(BodiesHiddenError):
        server_source(database.url, data_dir)
    assert QuarantineReader(database).rejections().is_hidden
    assert not QuarantineReader(whole.database).rejections().is_hidden
    with pytest.raises(RejectionsHiddenError), found_records(reader, RowChoice(What.QUARANTINE)):
        pass  # no row of it is said to be none
    assert reader.counts().messages == whole.counts().messages
    OutageReader(database).outages(START, now=START, is_running=True)
    with database.read() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(
                text(f"SELECT t::text FROM {table.name} AS t")  # noqa: S608 - a table's name
            )
            for row in rows.scalars():
                assert NUMBER not in re.sub(r"[^0-9]", "", row), table.name
                assert key.value not in row
    writer = writer_as("viewer")
    with pytest.raises(UserRefusedError):  # of which the log says nothing: reports come in
        writer.edit(ChangeBatch(seen.key, BatchChange(label="x"))).result(60)


async def test_the_first_page_of_a_viewer_reads_no_table_whole(
    open_as: OpenAs, writer_as: Callable[[str], Writer]
) -> None:
    await append_all(writer_as("receiver"), [arriving(a_report("p1", batch_id="paged"))])
    database = open_as("viewer")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    event.listen(database.reading, "before_cursor_execute", note)
    batch = Reader(database).batch("paged")
    assert batch is not None
    Reader(database).changes_since(1)
    assert len(MessageSearch(database).page(batch.key, MessageFilter())) == 1
    event.remove(database.reading, "before_cursor_execute", note)

    # Where an index serves, it is taken from now on.
    with database.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()
            whole = [one for one in plan if re.search(r"Seq Scan on (message|report)\b", one)]
            assert whole == [], statement
    assert any("message" in statement for statement, _ in asked)


def test_a_user_without_a_role_is_told_so(open_as: OpenAs) -> None:
    with pytest.raises(UserRefusedError, match="rights there") as raised:
        open_as("stranger")
    assert "reports are refused" not in str(raised.value)  # receivers may well be let in


def test_the_sql_makes_the_same_store(cluster: Cluster, tmp_path: Path) -> None:
    made = cluster.new_database()
    file = tmp_path / "store.sql"
    file.write_text(creating_sql(), "utf-8")
    folder = programs()
    assert folder is not None
    command = [str(folder / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file)]
    subprocess.run([*command, made.text], check=True, capture_output=True, timeout=100)

    with open_store_at(made, tmp_path) as database:
        assert Reader(database).counts().messages == 0
        assert not check(database).found
    cluster.drop(made)


def test_a_user_who_may_make_no_roles_makes_a_store_without(
    cluster: Cluster, tmp_path: Path
) -> None:
    made = cluster.new_database()
    cluster.execute(f"CREATE ROLE a_maker LOGIN; GRANT ALL ON DATABASE {made.database} TO a_maker")
    as_maker = StoreUrl(made.text.replace("kvitto@", "a_maker@"))
    cluster.execute("ALTER ROLE kvitto_viewer RENAME TO kvitto_viewer_away")
    try:
        assert not create_store(as_maker, tmp_path)
        with open_store_at(as_maker, tmp_path) as database:
            assert Reader(database).counts().messages == 0
    finally:
        cluster.execute("ALTER ROLE kvitto_viewer_away RENAME TO kvitto_viewer")
    try:
        # Once somebody has made them, its owner gives them their rights.
        assert not upgrade_store(as_maker, tmp_path)
        with psycopg.connect(made.text) as connection:
            connection.execute("SET ROLE kvitto_viewer")
            connection.execute("TABLE kvitto_viewer.batch")
    finally:
        cluster.drop(made)
        cluster.execute("DROP ROLE a_maker")

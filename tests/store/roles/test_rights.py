"""The roles of a store on a server: what each may do, and what it must be refused."""

import logging
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from kvitto.core.follow_up import FollowUpMark
from kvitto.core.outages import OutageCause
from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.store.asked_edits import AddAsked
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.deletions import DeleteBatches, PurgePart
from kvitto.store.edit_errors import DeletingElsewhereError
from kvitto.store.engines.opening import (
    create_store,
    creating_sql,
    open_store_at,
    upgrade_store,
)
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat, RecordOutage
from kvitto.store.reader import Reader
from kvitto.store.server_errors import (
    StoreRefusedError,
    UserRefusedError,
)
from kvitto.store.unreadable_items import UnreadableItem
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.postgres import Cluster, programs
from tests.store.arrivals import START, a_report, append_all, arriving, refused
from tests.store.roles.users import NUMBER, OpenAs, may


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

"""What viewers see, and what is kept from them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import Text, event, text

from kvitto.core.phone_number import PhoneNumber
from kvitto.core.state import Sourced
from kvitto.export.exporter import found_records
from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import server_source
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_roles import LEFT_OUT, MASKED
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.outage_queries import OutageReader
from kvitto.store.person import PersonReader
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Reader
from kvitto.store.schema import metadata
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.server_errors import (
    BodiesHiddenError,
    NumbersHiddenError,
    RejectionsHiddenError,
    UserRefusedError,
)
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused
from tests.store.roles.users import NUMBER, OpenAs, may

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


def value(known: Sourced[str] | None) -> str | None:
    return None if known is None else known.value


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
        "message_fts.hidden",
    }
    assert "message_follow_up.note" in MASKED


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


NOT_FOUND: Final = (NUMBER, "0701234567", "070-123 45 67", NUMBER[3:7], "4567", "123 45", "46 70")
FOUND: Final = ("s-one", "ÅSA", "kl. 14:30")


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_a_viewer_finds_no_message_by_what_is_hidden(
    open_as: OpenAs,
    writer_as: Callable[[str], Writer],
    url: StoreUrl,
    is_indexed: bool,
) -> None:
    receiver = writer_as("receiver")
    batch_id = f"sought-{is_indexed}"
    one = a_report("s-one", batch_id=batch_id, reference="Åsa 070-123 45 67 kl. 14:30")
    await append_all(receiver, [arriving(one)])
    with psycopg.connect(url.text) as connection:
        connection.execute("SET search_path = kvitto, public")
        if is_indexed:
            connection.execute(
                "INSERT INTO message_fts (rowid, external_id, recipient, reference) "
                "SELECT pk, external_id, recipient, reference FROM message "
                "WHERE pk > (SELECT indexed_message_pk FROM store_state) ON CONFLICT DO NOTHING"
            )
            connection.execute(
                "UPDATE store_state SET indexed_message_pk = (SELECT max(pk) FROM message)"
            )
        indexed = connection.execute(
            "SELECT count(*) FROM message AS m JOIN batch AS b ON b.pk = m.batch_pk "
            "JOIN message_fts AS f ON f.rowid = m.pk WHERE b.external_id = %s",
            (batch_id,),
        ).fetchone()
    assert indexed == (int(is_indexed),)
    whole, viewed = open_as("editor"), open_as("viewer")
    batch = Reader(whole).batch(batch_id)
    assert batch is not None

    def finds(database: Database, sought: str) -> bool:
        return batch.key in MessageSearch(database).batches(MessageFilter(text=sought))

    for sought in NOT_FOUND:
        assert finds(whole, sought), sought
        assert not finds(viewed, sought), sought
    for sought in FOUND:
        assert finds(whole, sought), sought
        assert finds(viewed, sought), sought
    with viewed.read() as seen:
        rows = seen.execute(text("SELECT f::text FROM message_fts AS f")).scalars().all()
    assert any("Åsa" in row for row in rows) is is_indexed
    assert not [row for row in rows if NUMBER[2:] in re.sub(r"[^0-9]", "", row)]
    with pytest.raises(NumbersHiddenError):
        PersonReader(viewed).person(PhoneNumber("46", "701234567"))


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

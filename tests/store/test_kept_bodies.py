"""Of a huge body a part is kept: the report counts, and can be understood from that part."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from kvitto.core.ip1_parser import parse
from kvitto.core.kept_body import MOST_BESIDES_BYTES
from kvitto.core.marks import BODY_MARK, URL_MARK
from kvitto.export.exporter import export
from kvitto.paths import database_file
from kvitto.store.backup import restore
from kvitto.store.check import check
from kvitto.store.clock_guard import newest_own_time
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.records import ReportRecord
from kvitto.store.salvage import salvage
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.store.arrivals import START, append_all

HUGE = 60_000


def body_of(number: int, **more: object) -> bytes:
    created = (START + timedelta(seconds=number)).isoformat()
    fields = {"messageId": f"m{number}", "batchId": "b", "code": 201, "created": created}
    return json.dumps({**fields, "more": "x" * HUGE, **more}).encode()


def coming(body: bytes) -> ReportRequest:
    return ReportRequest(parse(body), body, START, marks=(URL_MARK,))


def store(folder: Path, *bodies: bytes) -> list[WriteResult]:
    async def append() -> list[WriteResult]:
        return await append_all(writer, [coming(body) for body in bodies])

    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        try:
            return asyncio.run(append())
        finally:
            writer.close()


def stored(folder: Path) -> list[ReportRecord]:
    with open_database(folder) as database:
        assert check(database).differences == []
        return list(Reader(database).stream_reports())


def test_a_report_with_a_huge_field_of_others_counts_and_is_small(data_dir: Path) -> None:
    body = body_of(1)
    assert store(data_dir, body, body) == [WriteResult.STORED, WriteResult.DUPLICATE]
    [one] = stored(data_dir)
    assert len(one.body) < MOST_BESIDES_BYTES
    assert one.body_bytes == len(body)
    assert one.marks == (BODY_MARK, URL_MARK)
    assert parse(one.body) == parse(body) == one.received.report


def test_a_body_of_the_usual_size_is_whole_and_unmarked(data_dir: Path) -> None:
    body = body_of(1, more="x")
    store(data_dir, body)
    [one] = stored(data_dir)
    assert (one.body, one.body_bytes, one.marks) == (body, None, (URL_MARK,))


def test_salvage_keeps_what_was_kept_and_says_how_large_it_was(
    data_dir: Path, tmp_path: Path
) -> None:
    store(data_dir, *(body_of(number) for number in range(5)))
    before = stored(data_dir)
    with closing(sqlite3.connect(database_file(data_dir))) as connection:
        # Of these reports nothing is left but the body.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM message WHERE pk > 2")
        connection.commit()

    saved = salvage(database_file(data_dir), tmp_path / "saved.db")

    assert (saved.lost, saved.is_exact) == (0, True)
    restore(tmp_path / "new", tmp_path / "saved.db")
    after = stored(tmp_path / "new")
    for attribute in ("body", "body_bytes", "marks"):
        assert [getattr(one, attribute) for one in after] == [
            getattr(one, attribute) for one in before
        ]


def test_the_export_says_how_large_it_was(data_dir: Path, tmp_path: Path) -> None:
    body = body_of(1)
    store(data_dir, body, body_of(2, more="x"))
    with open_database(data_dir) as database:
        target = str(tmp_path / "a.jsonl")
        export(Reader(database), what="reports", batch_id=None, form=None, target=target)
    cut, whole = map(json.loads, (tmp_path / "a.jsonl").read_text("utf-8").splitlines())
    assert (cut["body_bytes"], whole["body_bytes"]) == (len(body), len(whole["body"]))
    assert json.loads(cut["body"])["more"]["bytes"] == HUGE + 2
    assert BODY_MARK in cut["marks"]


def test_a_time_that_was_left_out_is_still_found_in_what_is_kept(data_dir: Path) -> None:
    far = START + timedelta(days=300)
    store(data_dir, body_of(1, created=far.isoformat()))
    [one] = stored(data_dir)
    assert one.received.report.created is None
    with open_database(data_dir) as database, database.reading.connect() as connection:
        assert newest_own_time(connection, 1, far) == far

"""Exported reports have their bodies as they came, however little of them is kept."""

import json
from io import BytesIO
from pathlib import Path

from kvitto.core.erased import PREFIX
from kvitto.core.ip1_parser import parse
from kvitto.export.block_columns import REPORT_COLUMNS
from kvitto.export.exporter import export
from kvitto.store.ingest import IngestGroup
from kvitto.store.reader import Reader
from kvitto.store.table_blocks import Block
from kvitto.store.write_requests import ReportRequest
from tests.helpers.new_store import open_new_database
from tests.helpers.posting import report_body
from tests.store.arrivals import START

ID = "5c613848879973045cf39ac3"
BODIES = (
    report_body(ID, batch_id=ID),
    report_body("short", code=201, final=True, price=0.5, reference=""),
    b'{ "id": "m", "batchId": "b", "code": "201", "owner": 5 }',
)


def test_bodies_are_exported_as_they_came(tmp_path: Path) -> None:
    with open_new_database(tmp_path) as database:
        with database.writing.connect() as connection, connection.begin():
            IngestGroup(connection).store([ReportRequest(parse(one), one, START) for one in BODIES])
        written = BytesIO()
        export(Reader(database), "reports", None, "jsonl", written)
    rows = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [row["body"].encode() for row in rows] == list(BODIES)
    assert [row["body_bytes"] for row in rows] == [len(one) for one in BODIES]


def test_of_rows_together_only_those_with_tokens_lose_what_stood_there() -> None:
    token = f"{PREFIX}abc"
    block: Block = {
        "recipient": ["4670", token, None, "4671"],
        "reference": [None, None, token, "spring"],
        "body": [b"one", b"two", b"three", b"four \xff"],
    }
    cells = {
        column.name: column.maker({})(block)
        for column in REPORT_COLUMNS
        if column.name in {"recipient", "body"}
    }
    assert cells["recipient"] == ["4670", None, None, "4671"]
    assert cells["body"] == ["one", None, None, "four \ufffd"]

"""A store with very many messages on a server: a file's rows, copied as they are."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Boolean

from kvitto.paths import database_file
from kvitto.store.engines.postgresql_schema import SCHEMA
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.schema import metadata
from tests.benchmarks.big_store import make_big_store

_MESSAGES_PER_BATCH: Final = 100
_LARGEST_SHARE: Final = 10
_SEARCHED: Final = "rowid, external_id, recipient, reference"


def fill_server_store(url: StoreUrl, folder: Path, messages: int) -> None:
    """Fill a new store on a server, as `make_big_store` fills one in a folder.

    Args:
        url: the store, which has no batches yet.
        folder: where the file is made; it is left there.
        messages: how many.
    """
    make_big_store(folder, messages, messages // _MESSAGES_PER_BATCH, messages // _LARGEST_SHARE)
    with (
        closing(sqlite3.connect(database_file(folder))) as file,
        psycopg.connect(url.text, autocommit=True) as server,
        server.cursor() as cursor,
    ):
        cursor.execute(f"SET search_path = {SCHEMA}, public".encode())
        for table in metadata.sorted_tables:
            names = ", ".join(column.name for column in table.columns)
            is_truth = [isinstance(column.type, Boolean) for column in table.columns]
            cursor.execute(f"TRUNCATE {table.name}".encode())
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN".encode()) as copy:
                for row in file.execute(f"SELECT {names} FROM {table.name}"):  # noqa: S608
                    values = zip(row, is_truth, strict=True)
                    copy.write_row([bool(one) if truth else one for one, truth in values])
        cursor.execute(
            f"INSERT INTO message_fts ({_SEARCHED}) SELECT pk, external_id, recipient, "  # noqa: S608
            "reference FROM message ORDER BY pk".encode()
        )
        cursor.execute(b"VACUUM ANALYZE")

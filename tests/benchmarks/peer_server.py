"""The peer: what one would write in an hour. Starlette, uvicorn, sqlite3, a commit for each report.

It keeps the promise of a 200 as Kvitto does (write-ahead log, flushed at every commit), and nothing
else: no states, no sums, no duplicates, no quarantine.
"""

import json
import socket
import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SCHEMA = """
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    recipient TEXT,
    code INTEGER NOT NULL,
    duration INTEGER,
    created TEXT,
    segments INTEGER,
    price REAL,
    currency TEXT,
    reference TEXT,
    body BLOB NOT NULL
);
CREATE INDEX report_message ON report (batch_id, message_id);
"""
_INSERT = """
INSERT INTO report (message_id, batch_id, recipient, code, duration, created, segments, price,
                    currency, reference, body)
VALUES (:messageId, :batchId, :recipient, :code, :duration, :created, :segments, :price,
        :currency, :reference, :body)
"""


def application(path: str) -> Starlette:
    """Return the application that keeps reports in a new database."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(_SCHEMA)

    async def receive(request: Request) -> Response:
        body = await request.body()
        with connection:
            connection.execute(_INSERT, {**json.loads(body), "body": body})
        return Response()

    return Starlette(routes=[Route("/reports", receive, methods=["POST"])])


def main() -> None:
    """Serve on a free port, and print the URL first."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    config = uvicorn.Config(application(sys.argv[1]), log_level="warning", access_log=False)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/reports", flush=True)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()

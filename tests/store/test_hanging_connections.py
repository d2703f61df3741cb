"""Connections that wait for a server which answers nobody are ended."""

import socket
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout

from kvitto.store.engines.postgresql_hanging import HangWatch


def no_answer() -> None:
    raise ConnectionTimeout


class Waiting:
    """Stands for a connection; it has a socket."""

    def __init__(self, of: socket.socket) -> None:
        self.pgconn = SimpleNamespace(socket=of.fileno())


class LostConnection:
    """One that the system has ended in this moment."""

    @property
    def pgconn(self) -> Any:
        raise psycopg.OperationalError("the connection is lost")


def test_one_that_is_lost_already_does_not_keep_the_others_waiting() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, closing(HangWatch(no_answer, long_s=0.0)) as watch:
        theirs.settimeout(60)
        waiting: Any = (LostConnection(), Waiting(ours))
        for one in waiting:
            watch.begin(one)
        assert theirs.recv(1) == b""

"""Statements that are prepared on a PostgreSQL server, many of them in one message to it.

A group is two messages, whatever is in it: one that begins the transaction, takes the lock and
reads, and one that writes and commits. Each is a text that the server has whole before it begins,
and after which it waits: a program that is stopped within a group holds the lock no longer than
`idle_in_transaction_session_timeout`. (Of statements that are sent one by one, without waiting for
the answers, the server does not know that nothing follows, and would wait for ever.) And a late
statement sees what an early one has written.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import msgspec
import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from typing_extensions import override

from kvitto.store.engines.postgresql_hanging import SPOILT, WatchedConnection
from kvitto.store.engines.postgresql_notifying import INFO as NOTIFYING
from kvitto.store.engines.postgresql_notifying import NOTIFY
from kvitto.store.engines.postgresql_session import LOCAL
from kvitto.store.engines.postgresql_sql import Dialect
from kvitto.store.prepared_statements import (
    Asked,
    Prepared,
    PreparedInsert,
    StatementCursor,
    Tuple,
)

LOCK: Final = 5_427_610_733
"""The advisory lock that whoever writes into a store holds until the transaction ends."""
LOCK_ANY: Final = f"SELECT pg_advisory_xact_lock({LOCK})"
"""Makes a transaction the only one that writes, whatever there is."""
LOCKED: Final = (
    f"{LOCK_ANY}; SELECT pg_current_xact_id()::text, (SELECT version FROM schema_version)"  # noqa: S608
)
"""The same; returns its number, and the store's version."""
VERSION_CHECK: Final = "kvitto_version_check"
"""Where a connection's `info` has what refuses another version than this program's."""
TRANSACTION: Final = "kvitto_transaction"
"""Where a connection's `info` has the number of the transaction that was to be committed last."""
BEGUN: Final = "kvitto_begun"
"""Where a connection's `info` has the number of the transaction that was begun last."""

_GROUP: Final = "kvitto_group"
_PREPARED: Final = "kvitto_prepared"
_ROLLED_BACK: Final = "kvitto_rolled_back"
"""Where a connection's `info` has how often a transaction of its was rolled back."""
_ANSWERS: Final = "kvitto_answers"
"""Where a connection's `info` has what was asked ahead in its transaction, with its answers."""
_EXECUTE: Final = "EXECUTE "
_PLANNED_ONCE: Final = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), "
    "set_config('enable_seqscan', 'off', true)"
)
"""What is asked again and again is planned at its first time: that takes longer than to answer it.
Few rows of each table are read, by their keys, however small it seems."""
_PLANNED_ANEW: Final = (
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('enable_seqscan', 'on', true)"
)
"""For all that is asked besides."""
_VALUES: Final = re.compile(r"VALUES \([^()]*\)")
_DIALECT: Final = Dialect(paramstyle="numeric_dollar")
_NUMBERS: Final = itertools.count(1)
_OTHER: Final = re.compile('["e]')
"""Is in a JSON list of what is neither a whole number nor null: of texts, truths, fractions."""
_BETWEEN: Final = "\0"
"""What no text has that is stored; see `PostgresCursor.storable`."""


class _Compiled:
    """A statement in PostgreSQL's SQL.

    Attributes:
        name: what it is called on the server.
        sql: with $1, $2 … for its values.
        values: returns the values in that order.
    """

    def __init__(self, statement: Prepared | PreparedInsert) -> None:
        self.name = f"kvitto_{next(_NUMBERS)}"
        self.values: Callable[[Mapping[str, Any]], list[Any]]
        if isinstance(statement, PreparedInsert):
            self._insert(statement)
        elif statement.elsewhere is not None:
            self.sql = statement.elsewhere()
            self.values = lambda values: list(values.values())
        else:
            compiled: Any = statement.statement.compile(
                dialect=_DIALECT, column_keys=statement.names or None
            )
            self.sql = str(compiled)
            order: list[str] = compiled.positiontup or []
            constants = {name: one for name, one in compiled.params.items() if one is not None}
            self.values = lambda values: [{**constants, **values}[name] for name in order]

    def _insert(self, statement: PreparedInsert) -> None:
        compiled: Any = statement.statement.compile(dialect=_DIALECT, column_keys=statement.names)
        sql, table = str(compiled), statement.statement.table
        kinds = [
            _DIALECT.type_compiler_instance.process(table.c[name].type) for name in statement.names
        ]
        columns = ", ".join(statement.names)
        arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(kinds, 1))
        head, _, rest = sql.partition(" (")
        rest = rest[_VALUES.search(rest).end() :]  # type: ignore[union-attr]
        self.sql = f"{head} ({columns}) SELECT * FROM unnest({arrays}){rest}"  # noqa: S608


@cache
def _compiled(statement: Prepared | PreparedInsert) -> _Compiled:
    return _Compiled(statement)


class PostgresCursor(StatementCursor):
    """Executes statements on a connection: at once, or within `writing`, when something is read.

    Args:
        connection: the connection, in the transaction that is meant.
    """

    # A thousand take longer than the rest of a group many times over, and each costs the same.
    indexed_at_once = 100

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._driver = driver
        self._info = connection.info
        self._prepared: set[str] = self._info.setdefault(_PREPARED, set())
        self._waiting: list[str] = []
        self._is_group = False

    @override
    def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[Tuple]:
        known: dict[Any, list[Tuple]] | None = self._info.get(_ANSWERS)
        if known is not None and (found := known.get(_question(statement, values))) is not None:
            return found
        self._add(statement, values)
        return self._send()

    def begin_snapshot(self, begin: str, asked: Sequence[Asked]) -> None:
        """Begin a transaction for reading, and ask what is asked in it, in one message.

        Args:
            begin: the statements that begin it.
            asked: what `rows` answers until the next transaction begins.
        """
        self._info.pop(_ANSWERS, None)
        if not asked:
            self._driver.execute(begin.encode())
            return
        self._waiting.append(_PLANNED_ONCE)
        for one in asked:
            self._add(one.statement, one.values)
        self._waiting.append(_PLANNED_ANEW)
        statements, self._waiting = self._waiting, []
        with self._driver.cursor() as cursor:
            cursor.execute(";".join([begin, *statements]).encode(), prepare=False)
            found: list[list[Tuple]] = []
            while True:
                found.append([] if cursor.description is None else cursor.fetchall())
                if not cursor.nextset():
                    break
        answers = zip(statements, found[-len(statements) :], strict=True)
        rows = [answer for statement, answer in answers if statement.startswith(_EXECUTE)]
        self._info[_ANSWERS] = {
            _question(*one): answer for one, answer in zip(asked, rows, strict=True)
        }

    @override
    def execute(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        self._add(statement, values)
        if not self._is_group:
            self._send()

    @override
    def insert(self, statement: PreparedInsert, rows: Sequence[Tuple]) -> None:
        compiled = self._compiled(statement)
        arrays = ", ".join(_array(column) for column in zip(*rows, strict=True))
        self._waiting.append(f"{_EXECUTE}{self._name(compiled)} ({arrays})")
        if not self._is_group:
            self._send()

    @override
    def storable(self, text: str) -> str:
        """Return a text without NUL, which PostgreSQL has no place for: its picture instead."""
        return text.replace("\0", "␀")

    @override
    @contextmanager
    def writing(self) -> Iterator[None]:
        self._is_group = True
        self._info[_GROUP] = self
        self._info[TRANSACTION] = self._info[BEGUN] = None
        self._waiting.append(f"BEGIN{begin_anew(self._info)}; {LOCKED}")
        try:
            yield
            if self._info[NOTIFYING].is_due():
                self._waiting.append(NOTIFY)
            self._waiting.append("COMMIT")
            self._info[TRANSACTION] = self._info[BEGUN]
            self._send()
        except BaseException:
            if not self._driver.closed:
                self._driver.rollback()
            raise
        finally:
            self._is_group = False
            self._waiting.clear()
            del self._info[_GROUP]

    @override
    @contextmanager
    def together(self) -> Iterator[None]:
        self._is_group = True
        self._info[_GROUP] = self
        try:
            yield
            if self._waiting:
                self._send()
        finally:
            self._is_group = False
            self._waiting.clear()
            del self._info[_GROUP]

    def _add(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        compiled = self._compiled(statement)
        literals = ", ".join(map(_literal, compiled.values(values)))
        execute = f"{_EXECUTE}{self._name(compiled)}"
        self._waiting.append(f"{execute} ({literals})" if literals else execute)

    def _name(self, compiled: _Compiled) -> str:
        times = self._info.get(_ROLLED_BACK, 0)
        return f"{compiled.name}_{times}" if times else compiled.name

    def _compiled(self, statement: Prepared | PreparedInsert) -> _Compiled:
        is_first = not self._waiting and self._info.get(LOCAL) is not None
        if is_first and self._driver.pgconn.transaction_status == TransactionStatus.IDLE:
            # In no transaction: the message is one, and is told what any other is.
            self._waiting.append(begin_anew(self._info).removeprefix("; "))
        compiled = _compiled(statement)
        if compiled.name not in self._prepared:
            self._prepared.add(compiled.name)
            self._waiting.append(f"PREPARE {self._name(compiled)} AS {compiled.sql}")
        return compiled

    def _send(self) -> list[Tuple]:
        """Send all that waits, in one message; return the rows of the last of it."""
        message = ";".join(self._waiting)
        self._waiting.clear()
        with self._driver.cursor() as cursor:
            try:
                # A text without parameters is one message, and not prepared once more.
                cursor.execute(message.encode(), prepare=False)
            except BaseException:
                # What of it was prepared nobody knows: it is not used again.
                self._prepared.clear()
                self._info.pop(_PREPARED, None)
                if isinstance(self._driver, WatchedConnection):
                    self._driver.generation = SPOILT
                raise
            if self._is_group and self._info[BEGUN] is None:
                self._note_begin(cursor)
            cursor.set_result(-1)
            return [] if cursor.description is None else cursor.fetchall()

    def _note_begin(self, cursor: "psycopg.Cursor[Tuple]") -> None:
        """Note what the message told that began the transaction; see `LOCKED`."""
        for result in cursor.results():
            described = result.description
            if described is not None and described[0].name == "pg_current_xact_id":
                self._info[BEGUN], version = result.fetchall()[0]
                self._info[VERSION_CHECK](version)
                return


def prepare_anew(connection: Connection) -> None:
    """Prepare by other names from now on: a transaction is rolled back.

    The driver takes all that is prepared away then, if it has prepared anything itself. Of a lost
    connection nothing is left that could be told.
    """
    if connection.invalidated:
        return
    info = connection.info
    info[_ROLLED_BACK] = info.get(_ROLLED_BACK, 0) + 1
    info.setdefault(_PREPARED, set()).clear()


def begin_anew(info: dict[str, Any]) -> str:
    """Return what a transaction is told behind BEGIN; nothing where no pooler answers.

    Args:
        info: what is known of its connection.
    """
    local: str | None = info.get(LOCAL)
    if local is None:
        return ""
    info.setdefault(_PREPARED, set()).clear()
    return f"; {local}"


def cursor_for(connection: Connection) -> PostgresCursor:
    """Return a cursor on a connection: its group's, if it is in one."""
    group: PostgresCursor | None = connection.info.get(_GROUP)
    return PostgresCursor(connection) if group is None else group


def _question(statement: Prepared, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return statement, *sorted(values.items())


def _literal(value: Any) -> str:
    """Return a value as SQL. The server takes backslashes as they are: see `postgresql`."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str):
        return _quoted(value)
    return f"'\\x{value.hex()}'"


def _array(values: Sequence[Any]) -> str:
    """Return values as SQL: an array, whose type the statement says."""
    first = values[0]
    # Of one kind, as nearly all are, they are written at once.
    if first is None or isinstance(first, int):
        numbers = msgspec.json.encode(values).decode()[1:-1]
        if not _OTHER.search(numbers):
            return f"'{{{numbers}}}'"  # PostgreSQL knows null
    elif isinstance(first, str) and None not in values:
        text = _escaped(_BETWEEN.join(values))
        assert text.count(_BETWEEN) == len(values) - 1
        return _quoted('{"' + text.replace(_BETWEEN, '","') + '"}')
    return _quoted("{" + ",".join(map(_element, values)) + "}")


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    return f'"\\\\x{value.hex()}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    assert "\0" not in text
    escaped = text.replace("'", "''")
    return f"'{escaped}'"

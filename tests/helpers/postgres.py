"""PostgreSQL clusters of the tests' own: Debian's programs, run by an ordinary user.

A cluster lies in a folder of its own and listens on a socket in there, and nowhere else.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest

from kvitto.store.engines.opening import create_store
from kvitto.store.engines.postgresql_schema import SCHEMA
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.schema import metadata

_PROGRAMS: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
_OPEN_TO_ALL: Final = ("/dev/shm", "/tmp")
_START_S: Final = 60.0
TEMPLATE: Final = "kvitto_template"
"""A database with a new store, to be copied."""
_TABLES: Final = ", ".join(table.name for table in metadata.sorted_tables)
_EMPTY: Final = f"""
    SET search_path = {SCHEMA};
    TRUNCATE {_TABLES}, message_fts, store_lease RESTART IDENTITY;
    INSERT INTO store_state VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);
    INSERT INTO store_health (pk) VALUES (1)
"""  # noqa: S608 - of our own names


_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'
"""


def programs() -> Path | None:
    """Return the folder of the newest server's programs; None where none is installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """A server that runs, from its construction until `close`.

    Args:
        is_durable: whether its commits are flushed to the disk.
        settings: more settings of the server's, such as `port=5432`.
        folder: a folder that its own is made in, which the server's user may enter; None for a
            place for temporary files.
    """

    def __init__(
        self,
        *,
        is_durable: bool = False,
        settings: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        bin_folder = programs()
        assert bin_folder is not None
        self._bin = bin_folder
        # Root's own folder for temporary files may be closed to the server's user.
        base = next((one for one in _OPEN_TO_ALL if Path(one).is_dir()), None)
        is_root = os.geteuid() == 0
        within = folder or (base if is_root else None)
        self._folder = Path(tempfile.mkdtemp(prefix="kvitto-pg-", dir=within))
        self._is_durable = is_durable
        self._settings = settings
        self._numbers = itertools.count(1)
        self._empty: list[StoreUrl] = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, _USER, _USER)
        initdb = ["initdb", "-D", str(self._data), "-A", "trust", "-U", "kvitto", "-E", "UTF8"]
        self._run([*initdb, "--locale=C", "--no-sync"])
        self._server: subprocess.Popen[bytes] | None = None
        self.start()
        self._make_template()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def socket(self) -> Path:
        """The socket that the server listens on, at the usual port."""
        return self._folder / ".s.PGSQL.5432"

    @property
    def log(self) -> str:
        """What the server has logged."""
        return (self._folder / "log").read_text("utf-8", "replace")

    def url(self, database: str) -> StoreUrl:
        """Return the URL of a database."""
        port = [one.partition("=")[2] for one in self._settings if one.startswith("port=")]
        return StoreUrl(
            f"postgresql://kvitto@:{port[0] if port else 5432}/{database}?host={self._folder}"
        )

    def start(self) -> None:
        """Start the server, and wait until it takes connections."""
        flush = [] if self._is_durable else ["fsync=off", "full_page_writes=off"]
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self._folder}",
            "shared_buffers=64MB",
            "max_connections=60",
            "autovacuum=off",
            *flush,
            *self._settings,
        ]
        options = [part for one in settings for part in ("-c", one)]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                self._as_user([str(self._bin / "postgres"), "-D", str(self._data), *options]),
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        end = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url("postgres").text).close()
            except psycopg.OperationalError:
                if time.monotonic() > end or self._server.poll() is not None:
                    raise AssertionError(self.log) from None
                time.sleep(0.02)  # noqa: TID251 - no server says when it is ready
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends what runs, SIGQUIT is a crash."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(_START_S)
            self._server = None

    def pid(self) -> int:
        """Return the server's process id."""
        return int((self._data / "postmaster.pid").read_text("ascii").split()[0])

    def processor_s(self) -> float:
        """Return how much processor time the server has taken, but for connections that ended."""
        server = psutil.Process(self.pid())
        times = [one.cpu_times() for one in (server, *server.children())]
        return sum(one.user + one.system for one in times)

    def put_certificate(self, file: Path) -> None:
        """Show a certificate from now on, which lies in a file with its key."""
        shown = self._folder / "server.pem"
        shutil.copyfile(file, shown)
        shown.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(shown, _USER, _USER)
        for setting in ("ssl_cert_file", "ssl_key_file"):
            self.execute(f"ALTER SYSTEM SET {setting} = '{shown}'")
        self.execute("ALTER SYSTEM SET ssl = on")
        self.stop()
        self.start()

    def new_store(self) -> StoreUrl:
        """Return a new store in a database of its own, or one that was given back and emptied."""
        if self._empty:
            return self._empty.pop()
        name = f"store_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name)

    def give_back(self, url: StoreUrl) -> None:
        """Empty a store for another test: to make one takes longer.

        One that is still connected to, by what has not noticed its end yet, is deleted.
        """
        with psycopg.connect(url.text, autocommit=True) as connection:
            (others,) = connection.execute(_OTHERS.encode()).fetchone() or (0,)
            if not others:
                connection.execute(_EMPTY.encode())
        if others:
            self.drop(url)
        else:
            self._empty.append(url)

    def new_database(self) -> StoreUrl:
        """Make a new database without a store."""
        name = f"empty_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: StoreUrl) -> None:
        """Delete a database, whoever uses it."""
        self.execute(f"DROP DATABASE {url.database} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Execute a statement as the server's administrator."""
        with psycopg.connect(self.url("postgres").text, autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        """Stop the server and delete the folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_template(self) -> None:
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        create_store(self.url(TEMPLATE), self._folder)

    def _run(self, command: list[str]) -> None:
        command[0] = str(self._bin / command[0])
        subprocess.run(
            self._as_user(command), check=True, capture_output=True, cwd=self._folder, timeout=300
        )

    def _as_user(self, command: list[str]) -> list[str]:
        """Return what runs a command as an ordinary user, and not longer than this program."""
        user = [f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
        as_user = user if os.geteuid() == 0 else []
        return ["setpriv", "--pdeathsig=QUIT", *as_user, *command]


@contextmanager
def running_cluster(
    *, is_durable: bool = False, settings: Sequence[str] = (), folder: Path | None = None
) -> Iterator[Cluster]:
    """Run a cluster for a while; skip the test where no server is installed, but in CI."""
    if programs() is None and "CI" not in os.environ:
        pytest.skip(reason="needs PostgreSQL's server: apt-get install postgresql")
    cluster = Cluster(is_durable=is_durable, settings=settings, folder=folder)
    try:
        yield cluster
    finally:
        cluster.close()

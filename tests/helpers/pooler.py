"""pgbouncer between a test and its server: each transaction gets any connection that is free."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest

from kvitto.store.engines.store_url import StoreUrl
from tests.helpers.network import free_port
from tests.helpers.postgres import Cluster

_PROGRAM: Final = "/usr/sbin/pgbouncer"
_USER: Final = "postgres"
_START_S: Final = 60.0
_END_S: Final = 60.0


@contextmanager
def pooled(cluster: Cluster, store: StoreUrl) -> Iterator[StoreUrl]:
    """Give a store's URL by a pooler; skip the test where none is installed, but in CI."""
    if not Path(_PROGRAM).exists() and "CI" not in os.environ:
        pytest.skip(reason="needs pgbouncer: apt-get install pgbouncer")
    folder = cluster.socket.parent / f"pooler-{store.database}"
    folder.mkdir(exist_ok=True)
    port = free_port()
    users, settings = folder / "users", folder / "settings"
    users.write_text('"kvitto" ""\n', "utf-8")
    settings.write_text(
        f"""
[databases]
{store.database} = host={cluster.socket.parent}
[pgbouncer]
pool_mode = transaction
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
""",
        "utf-8",
    )
    command = ["setpriv", "--pdeathsig=TERM"]
    if os.geteuid() == 0:
        for one in (folder, users, settings):
            shutil.chown(one, _USER, _USER)
        command += [f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, _PROGRAM, str(settings)], stdout=log, stderr=log)
    try:
        url = StoreUrl(f"postgresql://kvitto@127.0.0.1:{port}/{store.database}")
        _wait(url, process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(_END_S)


def _wait(url: StoreUrl, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(url.text).close()
        except psycopg.OperationalError:
            if time.monotonic() > end or process.poll() is not None:
                raise AssertionError(log.read_text("utf-8")) from None
            time.sleep(0.02)  # noqa: TID251 - nobody says when it is ready
        else:
            return

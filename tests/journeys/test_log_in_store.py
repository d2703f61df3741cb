"""What starts at log-in, and a unit, receive into the store on a server that they were made for."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from kvitto.clock import utc_now
from kvitto.paths import database_file, log_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.store_choice import store_folder
from kvitto.store.engines.store_url import StoreUrl, store_url
from kvitto.ui.settings.autostart import own_command, own_folder
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import run, where_it_listens
from tests.journeys.patience import eventually

SECRET = "s3cr3t"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with running_cluster() as started:
        yield started


@pytest.fixture
def file(server: Cluster, tmp_path: Path) -> Path:
    """Return a file that holds the URL of a new store, with a password."""
    made = tmp_path / "the store's URL"
    made.touch(mode=0o600)
    made.write_text(server.new_store().with_password(SECRET).text, "utf-8")
    return made


def named_by(file: Path) -> StoreUrl:
    url = store_url(None, {}, file=str(file))
    assert url is not None
    return url


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=own_folder(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(60) == 0


def assert_is_received(process: subprocess.Popen[bytes], data_dir: Path, url: StoreUrl) -> None:
    """Post a report, and find it in the store on the server alone."""
    folder = store_folder(data_dir, url)
    assert not any(SECRET in one for one in psutil.Process(process.pid).cmdline())
    address, key = where_it_listens(folder), key_of(url, folder)
    assert eventually(lambda: post(f"{address}/r/{key}", report_body("m1"))[0] == 200)
    kept = run("export", "--table", "reports", environment={"KVITTO_STORE": url.text})
    assert "m1" in kept.stdout
    assert not database_file(folder).exists()
    assert not database_file(data_dir).exists()


def key_of(url: StoreUrl, folder: Path) -> str:
    with open_store_at(url, folder) as database:
        return CallbackKeyStore(database).newest(utc_now()).value


def test_a_unit_receives_into_the_store_that_a_file_names(file: Path, data_dir: Path) -> None:
    options = ("--store-file", file, "--port", "0", "--data-dir", data_dir)
    printed = run("receive", "--systemd-unit", *options)
    assert printed.returncode == 0, printed.stderr
    assert SECRET not in printed.stdout
    (line,) = (one for one in printed.stdout.splitlines() if one.startswith("ExecStart="))

    with running(shlex.split(line.partition("=")[2])) as process:
        assert_is_received(process, data_dir, named_by(file))


def receive_here(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "settings.ini").write_text("[General]\nreceives_here=true\nport=0\n", "utf-8")


def test_what_starts_at_log_in_receives_into_the_store_of_the_window(
    file: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = named_by(file)
    folder = store_folder(data_dir, url)
    command = own_command(folder, url)
    assert subprocess.run(command, cwd=own_folder(), timeout=60, check=False).returncode == 0
    assert not folder.exists(), "others receive, and nothing starts here"
    receive_here(folder)
    # The variables of the log-in are not those that the window was started with.
    monkeypatch.delenv("KVITTO_DATA_DIR", raising=False)

    with running(command) as process:
        assert_is_received(process, data_dir, url)


def test_what_starts_at_log_in_receives_into_the_store_of_the_settings(
    server: Cluster, data_dir: Path
) -> None:
    url = server.new_store()
    receive_here(store_folder(data_dir, url))
    (data_dir / "settings.ini").write_text(f'[General]\nstore="{url.text}"\n', "utf-8")
    command = own_command(store_folder(data_dir, url), url)
    assert command[-2:] == ["--data-dir", str(data_dir)]

    with running(command) as process:
        assert_is_received(process, data_dir, url)


def test_why_nothing_starts_at_log_in_is_in_the_log(server: Cluster, data_dir: Path) -> None:
    url = server.url("nowhere")
    folder = store_folder(data_dir, url)
    receive_here(folder)
    started = subprocess.run(own_command(folder, url), cwd=own_folder(), timeout=60, check=False)

    assert started.returncode == 1
    assert "This receiver ends: The server has no database at" in log_file(folder).read_text(
        "utf-8"
    )

"""The password of a store on a server: in no list of processes, no log and no file."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kvitto.paths import database_file
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.receiver_process import start_process
from kvitto.store.engines.store_url import URL_VARIABLE, StoreUrl
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.program import run
from tests.journeys.patience import eventually

SECRET = "s3cr3t"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, which it may stop."""
    with running_cluster() as started:
        yield started


def files_with(folder: Path, secret: str) -> list[Path]:
    found = [one for one in folder.rglob("*") if one.is_file()]
    return [one for one in found if secret.encode() in one.read_bytes()]


def test_a_receiver_that_a_window_starts_is_told_the_password_by_its_environment(
    server: Cluster, data_dir: Path
) -> None:
    data_dir.mkdir(exist_ok=True)
    store = server.new_store().with_password(SECRET)
    started = start_process(
        data_dir, host="127.0.0.1", port=0, no_auth=False, replaces=False, store=store
    )
    instance = started.wait_until_reachable()
    client = ControlClient(instance.control_port, instance.control_token)
    try:
        eventually(lambda: client.status().is_listening)
        process = psutil.Process(instance.pid)
        assert not any(SECRET in one for one in process.cmdline())
        assert SECRET in process.environ()[URL_VARIABLE]
        server.stop(signal.SIGQUIT)
        assert SECRET not in repr(client.status())
        server.start()
    finally:
        client.stop()
        client.close()
        eventually(started.has_ended)
    assert not files_with(data_dir, SECRET)


def test_a_receiver_of_the_folder_is_not_sent_elsewhere_by_a_variable(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir.mkdir(exist_ok=True)
    monkeypatch.setenv(URL_VARIABLE, f"postgresql://maria:{SECRET}@127.0.0.1:1/kvitto")
    started = start_process(data_dir, host="127.0.0.1", port=0, no_auth=False, replaces=False)
    instance = started.wait_until_reachable()
    client = ControlClient(instance.control_port, instance.control_token)
    try:
        eventually(lambda: client.status().is_listening)
        assert URL_VARIABLE not in psutil.Process(instance.pid).environ()
    finally:
        client.stop()
        client.close()
        eventually(started.has_ended)
    assert database_file(data_dir).exists()


def test_commands_use_the_store_that_the_settings_name(server: Cluster, data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)
    store = server.new_store()
    named = StoreUrl(store.text).without_password
    (data_dir / "settings.ini").write_text(f'[General]\nstore="{named}"\n', "utf-8")
    checked = run("check", "--data-dir", data_dir)
    assert checked.returncode == 0, checked.stderr  # in the folder there is nothing to check
    named_there = run("backup", "--data-dir", data_dir, data_dir / "copy.sqlite3")
    assert named_there.returncode == 2
    assert "pg_dump" in named_there.stdout
    refused = run("salvage", "--data-dir", data_dir, data_dir / "saved.sqlite3")
    assert refused.returncode == 2
    assert "settings name a store on a server" in refused.stderr
    at_login = run("receive", "--background", "--data-dir", data_dir)
    assert at_login.returncode == 0, at_login.stderr
    assert not database_file(data_dir).exists()

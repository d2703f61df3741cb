"""Which store the settings name, and how its password stays out of all that others may read."""

import logging
import shlex
from pathlib import Path

import pytest

from kvitto.cli import main
from kvitto.store.engines.store_choice import base_of, chosen_store, is_chosen, store_folder
from kvitto.store.engines.store_url import StoreUrl, is_named, store_url
from kvitto.store.errors import StoreError
from kvitto.store.server_errors import StoreUrlError
from tests.helpers.keyrings import memory_keyring
from tests.helpers.logwatch import LogWatch

SECRET = "s3cr3t of: the/clinic@å%"
NAMED = "postgresql://maria@server.example:5433/kvitto?sslmode=require&application_name=a%2Cb"


def choose(base: Path, url: str) -> None:
    (base / "settings.ini").write_text(f'[General]\nstore="{url}"\n', "utf-8")


def test_a_password_goes_in_and_out_of_a_url() -> None:
    url = StoreUrl(NAMED).with_password(SECRET)
    assert url.has_password
    assert "s3cr3t" not in f"{url} {url!r} {url.place} {url.without_password}"
    assert url.without_password == NAMED
    assert url.place == StoreUrl(NAMED).place
    assert url.with_password("x").text == NAMED.replace("maria", "maria:x")
    given = StoreUrl("postgresql://server.example/kvitto?password=s3cr3t&sslmode=require")
    assert given.without_password == "postgresql://server.example/kvitto?sslmode=require"


def test_a_server_of_this_computer_needs_no_name() -> None:
    for text in ("postgresql:///kvitto", "postgresql:///kvitto?host=%2Frun%2Fpg"):
        url = StoreUrl(text)
        assert url.is_here
        assert url.without_password == text
        assert StoreUrl(url.without_password).place == url.place


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://maria:s3cr3t%zz@server.example/kvitto",
        "postgresql://maria:s3cr3t%00@server.example/kvitto",
        "postgresql://maria:s3cr3t@[server.example/kvitto",
        "postgresql://maria:s3cr3t@server.example:port/kvitto",
        "mysql://maria:s3cr3t@server.example/kvitto",
    ],
)
def test_a_url_that_is_none_is_not_repeated(url: str) -> None:
    with pytest.raises(StoreUrlError) as raised:
        StoreUrl(url)
    error: BaseException | None = raised.value
    while error is not None:
        assert "s3cr3t" not in f"{error} {error!r} {error.args}"
        error = error.__cause__


def test_no_error_of_the_driver_repeats_a_password(tmp_path: Path) -> None:
    from kvitto.store.engines.opening import open_store_at

    url = StoreUrl("postgresql://maria@127.0.0.1:1/kvitto").with_password("s3cr3t")
    with pytest.raises(StoreError) as raised:
        open_store_at(url, tmp_path)
    error: BaseException | None = raised.value
    while error is not None:
        assert "s3cr3t" not in f"{error} {error!r} {getattr(error, 'detail', '')}"
        error = error.__cause__ or error.__context__


def test_the_store_that_is_chosen_has_the_password_of_the_keyring(tmp_path: Path) -> None:
    choose(tmp_path, NAMED)
    with memory_keyring() as memory:
        memory.kept["Kvitto store", "maria@server.example:5433/kvitto"] = SECRET
        found = chosen_store(tmp_path)
    assert found is not None
    assert found.text == StoreUrl(NAMED).with_password(SECRET).text
    assert is_chosen(tmp_path, found)
    assert not is_chosen(tmp_path, None)
    assert base_of(store_folder(tmp_path, found)) == tmp_path


def test_without_a_keyring_the_store_has_no_password(tmp_path: Path, log_watch: LogWatch) -> None:
    choose(tmp_path, NAMED)
    with memory_keyring() as memory, log_watch.expect(logging.WARNING, "password of the store"):
        memory.fails = True
        found = chosen_store(tmp_path)
    assert found is not None
    assert not found.has_password


def test_where_none_is_chosen_the_data_is_in_the_folder(tmp_path: Path) -> None:
    assert chosen_store(tmp_path) is None
    assert is_chosen(tmp_path, None)
    assert base_of(tmp_path) == tmp_path


def test_systemd_hands_over_a_url_with_its_password(tmp_path: Path) -> None:
    (tmp_path / "kvitto-store").write_text("postgresql://kvitto:s3cr3t@server.example/kvitto\n")
    other = tmp_path / "other"
    other.write_text("postgresql://server.example/other")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "KVITTO_STORE": "postgresql://there/kvitto"}
    found = store_url(None, given)
    assert found is not None
    assert (found.database, found.has_password) == ("kvitto", True)
    assert is_named({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    by_file = store_url(None, {**given, "KVITTO_STORE_FILE": str(other)})
    assert by_file is not None
    assert by_file.database == "other"


def test_credentials_for_something_else_name_no_store(tmp_path: Path) -> None:
    (tmp_path / "kvitto-ip1-key").write_text("key")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert store_url(None, given) is None
    assert not is_named(given)
    given["KVITTO_STORE"] = "postgresql://there/kvitto"
    found = store_url(None, given)
    assert found is not None
    assert found.place == "there:5432/kvitto"


def test_a_credential_that_holds_no_url_is_refused(tmp_path: Path) -> None:
    # Nothing is received into the data folder instead, where nobody would look for it.
    (tmp_path / "kvitto-store").write_text("s3cr3t")
    with pytest.raises(StoreUrlError) as raised:
        store_url(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert "s3cr3t" not in str(raised.value)
    (tmp_path / "kvitto-store").unlink()
    (tmp_path / "kvitto-store").symlink_to(tmp_path / "gone")
    with pytest.raises(StoreUrlError):
        store_url(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_backup_of_a_store_on_a_server_names_the_command_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a copy"
    monkeypatch.setenv("KVITTO_STORE", "postgresql://maria:s3cr3t@server.example/kvitto")
    assert main(["backup", str(file), "--data-dir", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    command = shlex.split(out)
    assert command[0] == "pg_dump"
    assert command[-1] == "postgresql://maria@server.example/kvitto"
    assert f"--file={file}" in command
    assert "Nothing is copied" in err
    assert "s3cr3t" not in out + err
    assert not file.exists()

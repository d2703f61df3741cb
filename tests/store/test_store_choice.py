"""Which store the settings name, and how its password stays out of all that others may read."""

import logging
from pathlib import Path

import pytest

from kvitto.store.engines.store_choice import base_of, chosen_store, is_chosen, store_folder
from kvitto.store.engines.store_url import StoreUrl
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
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install '.[team]'")
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
